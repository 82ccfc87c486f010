// The search of every page: models, fields, enums and domains, by any part of their names.
(() => {
  const { base } = document.body.dataset;
  const input = document.getElementById('search');

  /** The twenty entries that fit best: `[name, kind, place, name in the database]`. */
  window.atlasFind = (text, entries = window.atlasIndex) => {
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
  };

  window.atlasCombobox(input, window.atlasFind, (place) => {
    location.href = base + place;
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || /^(?:INPUT|TEXTAREA)$/.test(event.target.tagName)) return;
    event.preventDefault();
    input.focus();
  });
})();
