/** A text in which A to Z are as a to z; other letters stay, so that the database folds in the same way. */
export function folded(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
