import { expect, it } from 'vitest';
import { askChoice, askText, askYesNo } from '../../src/commands/_ask.ts';

it('names the missing flag where there is no terminal, and does not wait', async () => {
  const wasTty = process.stdin.isTTY;
  process.stdin.isTTY = false;
  const question = { message: 'Trust this key?', flag: '--yes' };
  try {
    for (const asked of [askYesNo(question), askText(question), askChoice({ ...question, choices: ['a', 'b'] })]) {
      await expect(asked).rejects.toMatchObject({
        code: 'MW1003',
        exit: 64,
        fixText: 'Give the answer on the command line with `--yes`.',
      });
    }
  } finally {
    process.stdin.isTTY = wasTty;
  }
});
