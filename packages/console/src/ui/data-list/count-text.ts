/** How many there are, such as `1 activity`, `7 endpoints`, `100+ tasks` when more can be read. */
export function countText(count: number, more: boolean, things: string): string {
  if (count === 1 && !more) return `1 ${singular(things)}`;
  return `${count.toLocaleString()}${more ? '+' : ''} ${things}`;
}

function singular(things: string): string {
  if (things.endsWith('ies')) return `${things.slice(0, -3)}y`;
  return things.replace(/(?<=ch|sh|ss)es$|s$/, '');
}
