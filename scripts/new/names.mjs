/** `LabOrder` as the words of a name: lab, order. */
function words(name) {
  return name
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(' ');
}

/** English plural, of nouns that form it by rule. */
function plural(word) {
  if (/(?:s|x|z|ch|sh)$/.test(word)) return `${word}es`;
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return `${word}s`;
}

/** `lab_orders` for LabOrder. */
export function tableName(model) {
  const all = words(model);
  return [...all.slice(0, -1), plural(all.at(-1))].join('_');
}

/** `lab-orders` for LabOrder; `lab-order` for one. */
export function fileName(model, amount = 2) {
  return amount === 1 ? words(model).join('-') : tableName(model).replaceAll('_', '-');
}
