import type { RunDefinition, StepDefinition, StepKey } from '@patchbay/domain/run/definition';
import type { Transaction } from '../db/pool.ts';
import { findSnapshots } from '../db/snapshots.ts';

/** What an activity's row says of its step. */
export interface KnownStep {
  readonly step: StepDefinition;
  readonly taskName: string;
  readonly scriptRevision: number | null;
  /** The task, where it is a health check. */
  readonly healthCheck: string | null;
}

/** A snapshot as the engine needs it. */
export interface KnownSnapshot {
  readonly id: number;
  readonly definition: RunDefinition;
  readonly steps: ReadonlyMap<StepKey, KnownStep>;
}

const mostKept = 500;

/** Keeps snapshots in memory: they never change (L-49). */
export class SnapshotCache {
  readonly #known = new Map<number, KnownSnapshot>();

  /** The snapshots with these ids; each is read once. Throws when one does not exist. */
  async load(tx: Transaction, ids: Iterable<number>): Promise<ReadonlyMap<number, KnownSnapshot>> {
    const wanted = [...new Set(ids)];
    const missing = wanted.filter((id) => !this.#known.has(id));
    const fresh = missing.length === 0 ? [] : await findSnapshots(tx, missing);
    const loaded = new Map(fresh.map((row) => [row.id, knownSnapshot(row)]));
    for (const id of wanted) {
      const snapshot = loaded.get(id) ?? this.#known.get(id);
      if (snapshot === undefined) throw new Error(`snapshot ${id} does not exist`);
      loaded.set(id, snapshot);
    }
    for (const [id, snapshot] of loaded) this.#known.set(id, snapshot);
    for (const id of this.#known.keys()) {
      if (this.#known.size <= mostKept) break;
      this.#known.delete(id);
    }
    return loaded;
  }
}

function knownSnapshot({
  id,
  definition,
  works,
}: Awaited<ReturnType<typeof findSnapshots>>[number]): KnownSnapshot {
  const steps = definition.steps.map((step): [StepKey, KnownStep] => {
    const work = works[step.key];
    return [
      step.key,
      {
        step,
        taskName: work?.taskName ?? step.name,
        scriptRevision: work?.scriptRevision ?? null,
        healthCheck: work?.healthCheck ? work.task : null,
      },
    ];
  });
  return { id, definition, steps: new Map(steps) };
}
