import type pg from 'pg';
import type { Transaction } from './pool.ts';

/** What a reading SQL function takes: a pool, or a connection with a transaction open. */
export type Queryable = pg.Pool | Transaction;
