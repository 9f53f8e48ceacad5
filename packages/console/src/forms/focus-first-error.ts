/** Takes whoever has tried to save to the first field that is wrong; it may be out of sight. */
export function focusFirstError(errors: Readonly<Record<string, unknown>>): void {
  const fields = Object.keys(errors).flatMap((path) => {
    const field = document.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`);
    return field === null ? [] : [field];
  });
  const [first] = fields.toSorted((a, b) =>
    a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1,
  );
  first?.focus();
}
