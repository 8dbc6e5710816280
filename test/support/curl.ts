import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** What the printed and documented commands need of curl. */
const CURL = `#!/usr/bin/env node
const { readFileSync } = require('node:fs');
const FLAGS = { '-X': 'method', '-H': 'header', '-d': 'body', '--data-binary': 'body', '--retry': '' };
const request = { method: undefined, header: [], body: [] };
let url;
for (let rest = process.argv.slice(2); rest.length > 0; ) {
  const [word, value] = rest;
  if (word in FLAGS) {
    if (FLAGS[word] === 'method') request.method = value;
    else request[FLAGS[word]]?.push(value);
    rest = rest.slice(2);
  } else {
    if (!word.startsWith('-')) url = word;
    rest = rest.slice(1);
  }
}
const [body] = request.body;
fetch(url, {
  method: request.method,
  headers: request.header.map((header) => header.split(': ')),
  body: body?.startsWith('@') ? readFileSync(body.slice(1)) : body,
}).then(async (answer) => {
  process.stdout.write(await answer.text());
  if (!answer.ok && process.argv.some((word) => /^-\\w*f/.test(word))) process.exitCode = 22;
});
`;

/** A PATH with curl on it: the machine's own, or else one that Node is enough for, which is put into `folder`. */
export async function pathWithCurl(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'curl'), CURL);
  await chmod(join(folder, 'curl'), 0o755);
  return [process.env.PATH, folder].join(delimiter);
}
