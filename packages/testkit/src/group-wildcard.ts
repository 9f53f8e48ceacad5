/** Whether a text is like a pattern, in which `*` stands for any characters and `?` for one. */
export function isLike(text: string, pattern: string): boolean {
  const [letters, wanted] = [Array.from(text), Array.from(pattern)];
  let [at, place, star, starAt] = [0, 0, -1, 0];
  while (at < letters.length) {
    if (wanted[place] === '*') {
      star = place;
      starAt = at;
      place += 1;
    } else if (wanted[place] === '?' || wanted[place] === letters[at]) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      // The last star takes one more character.
      starAt += 1;
      at = starAt;
      place = star + 1;
    } else return false;
  }
  return wanted.slice(place).every((one) => one === '*');
}
