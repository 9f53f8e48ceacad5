import type { CycleStoryEntry } from '@patchbay/contracts/cycle';
import { useQuery } from '@tanstack/react-query';
import { part } from '../../api/client.ts';
import { thingQuery } from '../../api/things.ts';
import { Nothing, Section } from '../../ui/section.tsx';
import { Thing } from '../../ui/thing.tsx';
import { When } from '../../ui/time.tsx';
import { useCycleQuery } from './cycle-page.tsx';
import { ReportMails } from './report-mails.tsx';
import { WaveRiver } from './wave-river.tsx';
import './waves.css';

/** How the rollout of a cycle has gone, as a picture and in sentences (P-08, P-14). */
export function CycleStory() {
  const { data: cycle } = useCycleQuery();
  return cycle === undefined ? null : <Story id={cycle.id} />;
}

function Story({ id }: { readonly id: number }) {
  const query = useQuery(thingQuery<CycleStoryEntry[]>('cycles', `/cycles/${part(id)}/story`));
  return (
    <section className="cycle-story" tabIndex={0} aria-label="The course of the cycle">
      <WaveRiver id={id} />
      <ReportMails id={id} />
      <Thing query={query}>
        {(story) => (
          <Section title="What happened">
            {story.length === 0 ? (
              <Nothing title="Nothing is told of this cycle">
                It goes over its endpoints without waves.
              </Nothing>
            ) : (
              <ol className="story">
                {story.map(({ at, sentences }) => (
                  <li key={`${at} ${sentences.join(' ')}`}>
                    <When at={at} />
                    <div>
                      {sentences.map((sentence) => (
                        <p key={sentence}>{sentence}</p>
                      ))}
                    </div>
                  </li>
                ))}
              </ol>
            )}
          </Section>
        )}
      </Thing>
    </section>
  );
}
