import type { ApplicablePatch, Inventory } from '@patchbay/contracts/inventory';
import type { EndpointSystem } from '../src/endpoint-system.ts';

/** An endpoint whose facts and patches a test decides. */
export function scriptedSystem(
  parts: Partial<Pick<EndpointSystem, 'patches' | 'notifier' | 'systemReboot'>> & {
    bootId?: string;
    rebootNeeded?: boolean;
  } = {},
): EndpointSystem {
  const { bootId = 'boot-1', patches = null, rebootNeeded = false, notifier, systemReboot } = parts;
  return {
    inventory: () => Promise.resolve(inventoryOf(bootId)),
    bootId: () => Promise.resolve(bootId),
    rebootNeed: () => Promise.resolve({ needed: rebootNeeded, reasons: [] }),
    readiness: () => Promise.resolve([]),
    patches,
    notifier: notifier ?? null,
    systemReboot: systemReboot ?? null,
  };
}

function inventoryOf(bootId: string): Inventory {
  return {
    hostname: 'endpoint',
    os: 'linux',
    osName: 'Scripted Linux',
    osVersion: '1',
    kernel: '6.0',
    architecture: 'x64',
    addresses: [],
    uptimeSeconds: 1,
    bootId,
    timeZone: 'UTC',
    agentVersion: '0.0.0',
    disks: [],
    users: [],
    extra: {},
  };
}

export function applicablePatch(name: string): ApplicablePatch {
  return {
    id: `${name}=2`,
    title: name,
    package: name,
    currentVersion: '1',
    version: '2',
    classification: 'other',
    severity: 'unknown',
    cves: [],
    sizeBytes: null,
    rebootHint: false,
  };
}
