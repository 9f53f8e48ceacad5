import { answerWords } from '@patchbay/domain/reboot/answer-words';
import type { NotificationView } from '@patchbay/domain/reboot/notification-view';
import { IconAlertTriangle, IconBell, IconPower, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import './prompts.css';

/** A toast takes no more buttons: with more of them Windows 10 gets the pop-up, too. */
export const mostToastButtons = 5;

/** A picture of a prompt with what it is a picture of; its words are real, its buttons are not to be pressed. */
function Prompt({
  where,
  note,
  children,
}: {
  readonly where: string;
  readonly note?: string;
  readonly children: ReactNode;
}) {
  return (
    <figure className="prompt">
      <figcaption>
        <strong>{where}</strong>
        {note !== undefined && <span className="quiet">{note}</span>}
      </figcaption>
      {children}
    </figure>
  );
}

/** Windows 10 and later on a desktop. */
export function WindowsToast({ view }: { readonly view: NotificationView }) {
  return (
    <Prompt where="Windows 10 and later" note="desktop: a toast">
      <div className="prompt-toast">
        <div className="prompt-source">
          <Logo view={view} size={16} />
          <span>{view.company || 'Patchbay'}</span>
          <IconX size={13} aria-hidden="true" />
        </div>
        <Words view={view} />
        <Buttons view={view} />
      </div>
    </Prompt>
  );
}

/** Every other Windows. */
export function WindowsPopUp({ view }: { readonly view: NotificationView }) {
  return (
    <Prompt where="Other Windows" note="servers and older ones: a pop-up">
      <div className="prompt-window">
        <div className="prompt-title-bar">
          <span>{view.company || 'Patchbay'}</span>
          <IconX size={13} aria-hidden="true" />
        </div>
        <div className="prompt-window-body">
          <Logo view={view} size={30} />
          <div>
            <Words view={view} />
          </div>
        </div>
        <Buttons view={view} />
      </div>
    </Prompt>
  );
}

/** A notification of a Linux desktop. */
export function LinuxDesktop({ view }: { readonly view: NotificationView }) {
  return (
    <Prompt where="Linux desktop" note="a notification; a pop-up where there are none">
      <div className="prompt-linux">
        <div className="prompt-linux-body">
          <Logo view={view} size={30} />
          <div>
            <Words view={view} />
            {view.company !== '' && <p className="prompt-company">{view.company}</p>}
          </div>
        </div>
        <Buttons view={view} />
      </div>
    </Prompt>
  );
}

/** A terminal, on which the answer is a command. */
export function LinuxTerminal({ view }: { readonly view: NotificationView }) {
  const answers = view.buttons.map(({ label }, index): [string, string] => [
    `patchbay reboot-answer ${answerWords(view.buttons, index).join(' ')}`,
    label,
  ]);
  const width = Math.max(0, ...answers.map(([command]) => command.length));
  const lines = [
    `${view.company || 'Patchbay'}: ${view.title}`,
    '',
    ...view.body.split('\n'),
    ...(answers.length > 0 ? [''] : []),
    ...answers.map(([command, label]) => `  ${command.padEnd(width)}   ${label}`),
  ];
  return (
    <Prompt where="Terminal" note="console and SSH: text, answered with a command">
      <pre className="prompt-terminal">{lines.join('\n')}</pre>
    </Prompt>
  );
}

function Words({ view: { title, body } }: { readonly view: NotificationView }) {
  return (
    <>
      <p className="prompt-heading">{title}</p>
      {body.split('\n\n').map((part) => (
        <p key={part} className="prompt-body">
          {part}
        </p>
      ))}
    </>
  );
}

/** They look like buttons; a picture has nothing to be pressed. */
function Buttons({ view: { buttons } }: { readonly view: NotificationView }) {
  if (buttons.length === 0) return null;
  return (
    <ul className="prompt-buttons" aria-label="Buttons">
      {buttons.map(({ label }) => (
        <li key={label}>{label}</li>
      ))}
    </ul>
  );
}

function Logo({ view: { logo, kind }, size }: { readonly view: NotificationView; readonly size: number }) {
  if (logo !== null) {
    return (
      <img src={`data:image/png;base64,${logo}`} alt="" width={size} height={size} className="prompt-logo" />
    );
  }
  const Icon = kind === 'reminder' ? IconBell : kind === 'finalWarning' ? IconAlertTriangle : IconPower;
  return <Icon size={size} stroke={1.6} aria-hidden="true" className="prompt-logo" />;
}
