import { ScriptedAgent } from '@patchbay/testkit/scripted-agent';
import { answerAtOnce, type ScriptedAnswer } from '@patchbay/testkit/scripted-answer';
import type { ScriptedIdentity } from '@patchbay/testkit/scripted-identity';

// A process of its own: what agents cost must not be taken for what the server costs.

const patched: ScriptedAnswer = {
  outcome: {
    kind: 'patched',
    patches: ['openssl', 'curl'].map((name) => ({
      id: `${name}=2`,
      package: name,
      fromVersion: '1',
      toVersion: '2',
      outcome: 'installed',
      security: true,
      message: null,
    })),
    reboot: { needed: false, reasons: [] },
  },
};

async function connectAll(server: string, identities: readonly ScriptedIdentity[]): Promise<ScriptedAgent[]> {
  const agents = identities.map(
    (identity) =>
      new ScriptedAgent({
        identity,
        server,
        onOrder: (order) => (order.work.kind === 'patch' ? patched : answerAtOnce(order)),
      }),
  );
  await Promise.all(agents.map((agent) => agent.connect()));
  return agents;
}

// The bench has ended, or has died.
process.on('disconnect', () => process.exit());
process.on('message', ({ server, identities }: { server: string; identities: ScriptedIdentity[] }) => {
  connectAll(server, identities).then(
    () => process.send?.('connected'),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
