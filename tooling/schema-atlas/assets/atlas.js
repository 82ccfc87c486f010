// Search and zoom. Everything else works without this script.
(() => {
  const entries = window.atlasIndex;
  const base = document.body.dataset.base;
  const input = document.getElementById('search');
  const list = document.getElementById('found');
  let chosen = -1;

  function find(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return [];
    const scored = [];
    for (const entry of entries) {
      const name = entry[0].toLowerCase();
      const all = `${name} ${entry[3].toLowerCase()}`;
      if (!words.every((word) => all.includes(word))) continue;
      const score = name === words[0] ? 0 : name.startsWith(words[0]) ? 1 : 2;
      scored.push([score * 1000 + name.length, entry]);
    }
    return scored
      .sort((a, b) => a[0] - b[0])
      .slice(0, 20)
      .map(([, entry]) => entry);
  }

  function show(found) {
    chosen = -1;
    list.replaceChildren(
      ...found.map(([name, kind, place], at) => {
        const item = document.createElement('li');
        item.id = `found-${at}`;
        item.setAttribute('role', 'option');
        item.setAttribute('aria-selected', 'false');
        item.dataset.place = base + place;
        const small = document.createElement('small');
        small.textContent = ` ${kind}`;
        item.append(name, small);
        item.addEventListener('mousedown', () => open(item));
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

  function open(item) {
    location.href = item.dataset.place;
    show([]);
  }

  input.addEventListener('input', () => show(find(input.value)));
  input.addEventListener('blur', () => show([]));
  input.form.addEventListener('submit', (event) => event.preventDefault());
  input.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') show([]);
    else if (list.hidden) return;
    else if (step !== undefined) choose(chosen + step);
    else if (event.key === 'Enter') open(list.children[chosen]);
    else return;
    event.preventDefault();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || /^(?:INPUT|TEXTAREA)$/.test(event.target.tagName)) return;
    event.preventDefault();
    input.focus();
  });

  for (const figure of document.querySelectorAll('[data-diagram]')) {
    const canvas = figure.querySelector('.canvas');
    const svg = canvas.querySelector('svg');
    const natural = svg.viewBox.baseVal.width * (4 / 3);
    let scale = 1;
    const apply = (wanted) => {
      scale = Math.min(4, Math.max(0.1, wanted));
      svg.setAttribute('width', String(Math.round(natural * scale)));
      svg.removeAttribute('height');
    };
    const fit = () => apply(Math.min(1, (canvas.clientWidth - 4) / natural));
    for (const button of figure.querySelectorAll('button')) {
      const { zoom } = button.dataset;
      button.addEventListener('click', () => (zoom === 'fit' ? fit() : apply(scale * zoom)));
    }
    canvas.addEventListener('keydown', (event) => {
      if (event.key === '+' || event.key === '=') apply(scale * 1.25);
      else if (event.key === '-') apply(scale * 0.8);
      else if (event.key === '0') fit();
    });
    canvas.addEventListener(
      'wheel',
      (event) => {
        if (!event.ctrlKey) return;
        event.preventDefault();
        apply(scale * (event.deltaY < 0 ? 1.1 : 0.9));
      },
      { passive: false },
    );
    fit();
    showNeighbours(svg);
  }

  /** While a model is pointed at or has the focus, what is not related to it steps back. */
  function showNeighbours(svg) {
    const nodes = new Map();
    for (const node of svg.querySelectorAll('.node')) nodes.set(titleOf(node), node);
    const edges = [...svg.querySelectorAll('.edge')].map((edge) => [
      edge,
      titleOf(edge).split('->'),
    ]);
    const show = (name) => {
      for (const each of svg.querySelectorAll('.near')) each.classList.remove('near');
      svg.classList.toggle('focused', name !== undefined);
      if (name === undefined) return;
      nodes.get(name).classList.add('near');
      for (const [edge, ends] of edges) {
        if (!ends.includes(name)) continue;
        for (const near of [edge, ...ends.map((end) => nodes.get(end))])
          near?.classList.add('near');
      }
    };
    for (const [name, node] of nodes) {
      for (const event of ['mouseenter', 'focusin']) node.addEventListener(event, () => show(name));
      for (const event of ['mouseleave', 'focusout']) node.addEventListener(event, () => show());
    }
  }

  function titleOf(group) {
    return group.querySelector('title').textContent;
  }
})();
