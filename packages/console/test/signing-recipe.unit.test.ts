import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { decisionAddress, signingRecipe } from '../src/pages/webhook-senders/signing-recipe.ts';

it('P-09 the user guide has the recipe that the console shows', () => {
  const guide = readFileSync(new URL('../../../docs/user-guide.md', import.meta.url), 'utf8');
  const address = decisionAddress('https://patchbay.example.com', 'ID');
  expect(guide).toContain(`\`\`\`sh\n${signingRecipe(address, 'whsec_…')}\n\`\`\``);
});
