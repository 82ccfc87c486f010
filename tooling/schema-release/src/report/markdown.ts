/** Text inside a sentence or a cell: bars part cells, and a tag would be one. */
export function escape(text: string): string {
  return text.replace(/[\\`*_<>|[\]]/g, '\\$&').replace(/\s+/g, ' ');
}

/** A name as code; a name with a backtick is fenced by two. */
export function code(text: string): string {
  const plain = text.replace(/\|/g, '\\|').replace(/\s+/g, ' ');
  return plain.includes('`') ? `\`\` ${plain} \`\`` : `\`${plain}\``;
}
