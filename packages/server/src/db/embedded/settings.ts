/** PostgreSQL's settings by name, in PostgreSQL's own units. */
export type Settings = Readonly<Record<string, string>>;

/**
 * The embedded PostgreSQL's own settings, for two cores and a database that must not lose a commit. What
 * is not named here stays at PostgreSQL's default (fsync, full_page_writes and synchronous_commit on).
 */
export const defaultSettings: Settings = {
  listen_addresses: '',
  max_connections: '60',
  shared_buffers: '128MB',
  // Room for what commits of other connections have not yet brought to disk: with less, writers wait for it.
  wal_buffers: '16MB',
  effective_cache_size: '512MB',
  // Short statements on few cores: planning for parallel workers or native code costs more than it gains.
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  random_page_cost: '1.1',
  wal_compression: 'on',
  max_wal_size: '2GB',
  // Files of the log are written anew rather than removed: making one holds up every commit, and a patch night fills
  // many after days that filled none.
  min_wal_size: '256MB',
  checkpoint_timeout: '10min',
  // Work tables turn over quickly; the defaults wait for a fifth of the table to be dead.
  autovacuum_naptime: '15s',
  autovacuum_vacuum_scale_factor: '0.05',
  autovacuum_analyze_scale_factor: '0.05',
  // Not in /dev/shm, which containers keep small and which logind clears when the user logs out.
  dynamic_shared_memory_type: 'mmap',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %a ',
  // The details of an error quote the row's values, which may be secret.
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
};
