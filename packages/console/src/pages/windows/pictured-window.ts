import type { MaintenanceWindow } from '@patchbay/domain/schedule/maintenance-window';

/** A window in a picture of a month. */
export interface PicturedWindow {
  readonly key: string;
  readonly name: string;
  /** Its page; null where that is what is looked at. */
  readonly to: string | null;
  readonly window: MaintenanceWindow;
}
