// A field with a list of what it finds, as ARIA's combobox pattern has it: arrows, Enter, Escape.
/**
 * `find` answers entries `[name, kind, value]` for a text, `open` takes the value of the chosen one.
 */
window.atlasCombobox = (input, find, open) => {
  const list = document.getElementById(input.getAttribute('aria-controls'));
  let chosen = -1;

  function show(found) {
    list.replaceChildren(
      ...found.map(([name, kind, value], at) => {
        const item = document.createElement('li');
        item.id = `${list.id}-${at}`;
        item.setAttribute('role', 'option');
        item.setAttribute('aria-selected', 'false');
        item.dataset.value = value;
        const small = document.createElement('small');
        small.textContent = ` ${kind}`;
        item.append(name, small);
        item.addEventListener('mousedown', () => take(item));
        return item;
      }),
    );
    list.hidden = found.length === 0;
    input.setAttribute('aria-expanded', String(found.length > 0));
    input.removeAttribute('aria-activedescendant');
    if (found.length > 0) choose(0);
  }

  function choose(at) {
    const items = [...list.children];
    chosen = (at + items.length) % items.length;
    items.forEach((item, index) => item.setAttribute('aria-selected', String(index === chosen)));
    input.setAttribute('aria-activedescendant', items[chosen].id);
    items[chosen].scrollIntoView({ block: 'nearest' });
  }

  function take(item) {
    const { value } = item.dataset;
    show([]);
    open(value);
  }

  input.addEventListener('input', () => show(find(input.value)));
  input.addEventListener('blur', () => show([]));
  input.form.addEventListener('submit', (event) => event.preventDefault());
  input.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (list.hidden) return;
    if (event.key === 'Escape') show([]);
    else if (step !== undefined) choose(chosen + step);
    else if (event.key === 'Enter') take(list.children[chosen]);
    else return;
    event.preventDefault();
  });
};
