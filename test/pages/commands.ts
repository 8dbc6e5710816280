/** What becomes of a command that stands in a page. A test holds this list to the pages, both ways. */
interface Trial {
  /** How it is run by `npm run test:pages`, where as it stands it would take minutes. */
  as?: string;
  /** What it prints when all went well. */
  prints?: RegExp;
  /** Runs until it is stopped: what it says when it is ready. */
  ready?: string;
  /** The file that runs it instead. */
  by?: string;
  /** Why nothing runs it. */
  never?: string;
}

const CHAOS = `npm run test:chaos -- --only 'API process 0 killed' --seconds 1 --no-bugs --seed 12`;
const BENCH =
  'npm run bench -- --quick --contestants Usher,floor,textbook --seconds 1 --repeat 1 --warm-up 500 --profile';
const SCALE = 'npm run bench:scale -- --people 50000 --rounds 5 --data-dir .data/big';
const SCALED = /Plans are judged with 1000000 people/;
const OPERATIONS = { by: 'test/pages/operations.spec.ts' };
const WRITTEN = /Every check of what was written passed/;

export const COMMANDS: Record<string, Trial> = {
  'npm ci': { by: '.ci/run' },
  'npm test': { by: '.ci/run' },
  'npm run check': { by: '.ci/run' },
  'npm run migrations:check': { by: '.ci/run' },
  'npm run test:compose': { by: '.ci/run' },
  'npm run test:e2e': { by: '.ci/run' },
  'npm run test:pages': { by: '.ci/run' },
  'npm start': { ready: 'Idempotency-Key' },
  'npm test -- attendees': { as: 'npm test -- webhooks/rules', prints: /Tests: +\d+ passed, \d+ total/ },
  'npx nest build --watch': { ready: 'Found 0 errors. Watching for file changes.' },
  'npx jest': { by: 'test/pages/pooler.spec.ts' },
  'npx tsc --watch': { never: 'the page says that it is not enough' },
  'npx jest --watch': { never: 'it needs a terminal and a clone' },
  'npm install standardwebhooks': {
    as: 'mkdir receiver && cd receiver && npm init --yes && npm install standardwebhooks',
    prints: /added \d+ packages/,
  },
  'npm audit': { never: 'it asks the registry for advisories' },
  'npm audit --omit=dev': { never: 'it asks the registry for advisories' },
  'docker compose up': { by: 'test/compose/run.ts' },
  'docker compose up --build': { by: 'test/compose/run.ts' },

  'npm run docs:openapi': { as: 'npm run docs:openapi && npm run docs:configuration' },
  'npm run docs:configuration': { as: 'npm run docs:openapi && npm run docs:configuration' },

  'npm run bench': { as: BENCH, prints: WRITTEN },
  'npm run bench -- --quick': { as: BENCH, prints: WRITTEN },
  'npm run bench -- --profile': { as: BENCH, prints: WRITTEN },
  'npm run bench -- --only "sold out;replays" --seconds 3 --repeat 9': {
    as: 'npm run bench -- --only "sold out;replays" --contestants Usher --seconds 1 --repeat 1 --warm-up 500',
    prints: WRITTEN,
  },
  'npm run bench:scale': { as: SCALE, prints: SCALED },
  'npm run bench:scale -- --people 100000': { as: SCALE, prints: SCALED },
  'npm run bench:scale -- --data-dir .data/big': { as: SCALE, prints: SCALED },
  'npm run bench:overload -- --behind-proxy': {
    as: 'npm run bench:overload -- --behind-proxy --seconds 1 --factor 2',
    prints: /peak/,
  },
  'npm run bench:overload': { as: 'npm run bench:overload -- --seconds 1 --factor 2', prints: /peak/ },
  'npm run bench:soak': { as: 'npm run bench:soak -- --minutes 0.3 --seconds 1', prints: /RSS \d+ MB/ },
  'npm run bench:churn': {
    as: 'npm run bench:churn -- --records 5000 --seconds 1',
    prints: /Written to/,
  },
  'npm run bench:mail': { prints: /1,?000/ },
  'npm run test:fuzz': {
    as: 'npm run test:fuzz -- --requests 300 --seed 1',
    prints: /300 requests, seed 1: 0 kinds/,
  },
  'npm run test:chaos': { as: CHAOS },
  'npm run test:chaos -- --quick': { by: '.ci/run' },
  "npm run test:chaos -- --only 'PostgreSQL crashes' --seconds 60": { as: CHAOS },
  'npm run test:chaos -- --seed 12': { as: CHAOS },

  'npm run build': OPERATIONS,
  'npm run start:prod': OPERATIONS,
  'npm run start:worker': OPERATIONS,
  'npm run cli -- --help': OPERATIONS,
  'npm run --silent cli -- reconcile': OPERATIONS,
  'npm run --silent cli -- mail list-failed': OPERATIONS,
  'npm run --silent cli -- mail resend <ids…>': OPERATIONS,
  'npm run --silent cli -- api-keys create --scopes admin:queues …': OPERATIONS,
  'npm run --silent cli -- api-keys create --organization ORG --name Loyalty --scopes all': OPERATIONS,
  'npm run typeorm -- migration:run': OPERATIONS,
  'npm run typeorm -- migration:show': OPERATIONS,
  'npm run typeorm -- migration:revert': OPERATIONS,
  'pg_dump --format=custom --file=usher.dump "$DATABASE_URL"': OPERATIONS,
  'createdb --maintenance-db="$SERVER_URL/postgres" usher_restored': OPERATIONS,
  'pg_restore --exit-on-error --no-owner --dbname="$SERVER_URL/usher_restored" usher.dump': OPERATIONS,
};
