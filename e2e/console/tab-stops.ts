import type { Page } from 'playwright-core';

/** Walks a page that was just opened with Tab alone; names what can be used there and was not reached. */
export async function notReached(page: Page): Promise<string[]> {
  const count = await page.evaluate<number>(markStops);
  let waiting = await page.evaluate<string[]>(waitingStops);
  // More presses than stops: what comes onto the page meanwhile takes its turns, too.
  for (let press = 1; waiting.length > 0 && press <= 2 * count + 40; press += 1) {
    await page.keyboard.press('Tab');
    if (press % 10 === 0) waiting = await page.evaluate<string[]>(waitingStops);
  }
  return page.evaluate<string[]>(waitingStops);
}

/** Names, within the page, what can still be used and was not reached. */
const waitingStops = `[...document.querySelectorAll('[data-stop="waits"]:not(:disabled)')]
  .filter((one) => one.checkVisibility())
  .map((one) => one.outerHTML.slice(0, 160))`;

/** Marks, within the page, everything that the keyboard is to reach, and listens for it. */
const markStops = `(() => {
  const usable = 'a[href], button, input, textarea, select, [tabindex]';
  const isReached = (one) => {
    if (one.tabIndex < 0 || one.matches(':disabled') || !one.checkVisibility()) return false;
    if (one.type !== 'radio') return true;
    // Of radio buttons one is reached with Tab, the others with the arrow keys.
    const group = [...document.getElementsByName(one.name)];
    return one === (group.find(({ checked }) => checked) ?? group[0]);
  };
  const stops = [...document.querySelectorAll(usable)].filter(isReached);
  for (const stop of stops) stop.dataset.stop = 'waits';
  document.addEventListener('focusin', ({ target }) => {
    if (target.dataset?.stop) target.dataset.stop = 'reached';
  });
  return stops.length;
})()`;
