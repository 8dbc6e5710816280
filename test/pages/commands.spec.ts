import { freePort } from '../support/free-port';
import { readFromRepository } from '../support/repository';
import { Workshop } from '../support/workshop';
import { COMMANDS } from './commands';

/** Several commands of the pages may be run as one, so each is run once. */
const trials = new Map(
  Object.entries(COMMANDS)
    .filter(([, { by, never }]) => !by && !never)
    .map(([command, { as = command, prints = /./, ready }]) => [as, { prints, ready }]),
);

jest.setTimeout(600_000);

describe('The pages say', () => {
  let workshop: Workshop;

  beforeAll(async () => {
    workshop = await Workshop.create();
  });
  afterAll(() => workshop.remove());

  it.each([...trials])('%s', async (command, { prints, ready }) => {
    if (!ready) {
      expect(await workshop.run(command)).toMatch(prints);
      return;
    }
    const variables = { PORT: String(await freePort()) };
    const started = await workshop.start(command, variables, (output) => output.includes(ready));
    await started.interrupt();
  });

  it('what the documents that are made have said before', async () => {
    for (const made of ['docs/openapi.json', 'docs/configuration.md', 'test/openapi/api-types.d.ts']) {
      expect(await workshop.run(`cat ${made}`)).toBe(readFromRepository(made));
    }
  });
});
