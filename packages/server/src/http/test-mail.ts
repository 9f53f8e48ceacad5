import { PatchbayError } from '@patchbay/contracts/errors';
import { sentTestMail, testMailInput } from '@patchbay/contracts/setting';
import { withTransaction } from '../db/pool.ts';
import { readSettings } from '../db/settings.ts';
import { MailError, mailServerOf, sendMail } from '../mail/mail-server.ts';
import type { App } from './app.ts';
import { auditRequest } from './audit-request.ts';
import type { HttpContext } from './context.ts';
import { performOutside } from './perform.ts';

const longestMs = 30_000;

/** `/api/v1/settings/test-mail`: whether the settings of the mail server work (P-15). */
export function testMailRoutes(app: App, context: HttpContext): void {
  const { pool, sealer } = context;

  app.post('/settings/test-mail', {
    config: { action: 'setting.write', deed: 'setting.testMail' },
    schema: {
      tags: ['settings'],
      summary: 'Send a test mail with the settings of the mail server',
      description: 'Answers when the mail server has taken it, or with MAIL_REFUSED and what it said.',
      body: testMailInput,
      response: { 200: sentTestMail },
    },
    handler: (request, reply) =>
      performOutside(context, request, reply, async ({ by, at }) => {
        const { to } = request.body;
        const settings = await readSettings(pool);
        const address = settings['server.publicAddress'];
        const mail = {
          to,
          subject: 'Patchbay: a test mail',
          text: `${by} sent this mail to see whether Patchbay${address === '' ? '' : ` at ${address}`} can send mail. It can.\n`,
        };
        const answer = await refusing(() =>
          sendMail(mailServerOf(settings, sealer), mail, AbortSignal.timeout(longestMs)),
        );
        const object = { kind: 'setting', id: 'mail.host', name: 'mail.host' };
        await withTransaction(pool, (tx) =>
          auditRequest(tx, request, { actor: by, object, details: { to }, at }),
        );
        return { status: 200, body: { to, answer } };
      }),
  });
}

async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    throw new PatchbayError('MAIL_REFUSED', `The mail could not be sent: ${error.message}.`);
  }
}
