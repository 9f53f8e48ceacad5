import { randomUUID } from 'node:crypto';
import { PatchbayError } from '@patchbay/contracts/errors';
import { enrolledEntry } from '@patchbay/domain/log/endpoint-entries';
import type pg from 'pg';
import { insertAudit } from '../db/audit.ts';
import { notConnectedTo } from '../db/connections.ts';
import { countAfterScan } from '../db/cycles.ts';
import {
  findForSignIn,
  insertEndpoint,
  saveInventory,
  savePatches,
  saveScanProblem,
  saveSignIn,
} from '../db/endpoints.ts';
import { takeEnrolmentToken } from '../db/enrolment-tokens.ts';
import { insertLogEntries } from '../db/log-entries.ts';
import { withTransaction } from '../db/pool.ts';
import { noteBoot } from '../db/reboot-flows.ts';
import type { EndpointStore } from './gateway-context.ts';
import { takeRebootEvents } from './reboot-intake.ts';

/** Keeps in the database what the gateway learns of endpoints. `node` is this server process. */
export function createEndpointStore(pool: pg.Pool, node: string, now: () => number): EndpointStore {
  return {
    findForSignIn: (endpoint) => findForSignIn(pool, endpoint),
    signedIn: (endpoint, said) => saveSignIn(pool, endpoint, said),
    saveInventory: (endpoint, message) => saveInventory(pool, endpoint, message),
    async saveScan(endpoint, scan) {
      if ('problem' in scan) await saveScanProblem(pool, endpoint, scan.problem, now());
      else {
        await withTransaction(pool, async (tx) => {
          await savePatches(tx, endpoint, scan.patches, now());
          await countAfterScan(tx, endpoint);
        });
      }
    },
    noteBoot: (endpoint, bootId) => noteBoot(pool, endpoint, bootId, new Date(now())),
    takeRebootEvents: (endpoint, message) => takeRebootEvents(pool, endpoint, message, now()),
    notConnectedHere: (endpoints) => notConnectedTo(pool, node, endpoints),
    enrol: ({ token, name, publicKey, tags, inventory, policy }, from) =>
      withTransaction(pool, async (tx) => {
        const at = new Date(now());
        const taken = await takeEnrolmentToken(tx, token, at);
        if (taken === null) {
          throw new PatchbayError('ENROLMENT_REFUSED', 'The token is unknown, expired, revoked or used up.');
        }
        const endpoint = {
          id: randomUUID(),
          name,
          publicKey,
          // What the token's maker wants wins over what the machine says of itself.
          tags: { ...tags, ...taken.tags },
          inventory,
          policy,
        };
        if (!(await insertEndpoint(tx, endpoint))) {
          throw new PatchbayError(
            'ENROLMENT_REFUSED',
            'Another endpoint has this key: enrol with a new one.',
          );
        }
        await insertAudit(tx, {
          actor: 'enrolment token',
          action: 'endpoint.enrol',
          object: { kind: 'endpoint', id: endpoint.id, name },
          ...from,
          at,
        });
        const news = { endpoint: endpoint.id, name, at: at.getTime() };
        await insertLogEntries(tx, [enrolledEntry(news)]);
        return { endpoint: endpoint.id, name };
      }),
  };
}
