import { describe, expect, test } from 'vitest';
import { chooseAccount } from '../src/db/embedded/account.ts';

const root = 'root:x:0:0:root:/root:/bin/bash';
const nobody = 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin';
const postgres = 'postgres:x:101:104:PostgreSQL:/var/lib/postgresql:/bin/bash';
const patchbay = 'patchbay:x:998:997::/var/lib/patchbay:/usr/sbin/nologin';

describe('the account of PostgreSQL when the server is root', () => {
  test('given users of the machine, then it is patchbay, else postgres, else nobody', () => {
    expect(chooseAccount([root, nobody, postgres, patchbay].join('\n'))).toEqual({
      name: 'patchbay',
      uid: 998,
      gid: 997,
    });
    expect(chooseAccount([root, nobody, postgres].join('\n'))?.name).toBe('postgres');
    expect(chooseAccount([root, nobody].join('\n'))).toEqual({ name: 'nobody', uid: 65_534, gid: 65_534 });
  });

  test('given none of them, or one that is root by another name, then there is none', () => {
    expect(chooseAccount(root)).toBeUndefined();
    expect(chooseAccount(`${root}\npostgres:x:0:0::/root:/bin/sh\nnobody:x:::`)).toBeUndefined();
    expect(chooseAccount('')).toBeUndefined();
  });
});
