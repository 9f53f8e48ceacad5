/** The conditions of a query that is put together from filters, with their values. */
export class Where {
  readonly values: unknown[] = [];
  readonly #conditions: string[] = [];

  /** Adds a condition in which each `?` stands for the value; nothing when the value is undefined. */
  and(condition: string, value: unknown): this {
    if (value === undefined) return this;
    this.#conditions.push(`(${condition.replaceAll('?', this.value(value))})`);
    return this;
  }

  /** Adds a condition without a value. */
  andThat(condition: string): this {
    this.#conditions.push(`(${condition})`);
    return this;
  }

  /** Adds a value for use elsewhere in the query and returns its placeholder. */
  value(value: unknown): string {
    return `$${this.values.push(value)}`;
  }

  /** The `where` clause, or nothing without conditions. */
  get sql(): string {
    return this.#conditions.length === 0 ? '' : `where ${this.#conditions.join(' and ')}`;
  }
}
