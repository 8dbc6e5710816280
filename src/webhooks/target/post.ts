import { type IncomingMessage, request as requestHttp, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIPv4, isIPv6, type LookupFunction, type TcpSocketConnectOpts } from 'node:net';

const EXCERPT_BYTES = 1_024;

/** Interim answers (1xx) that are waited through; whoever sends more of them has nothing else to say. */
const MOST_INTERIM_ANSWERS = 5;

const SWITCHING_PROTOCOLS = 101;

/** With more addresses each would have too little time. The next attempt may find them in another order. */
const ADDRESSES_OF_A_FAMILY = 2;

/** Which part of the time the addresses share for connecting. The last one has the rest as well. */
const CONNECTING_SHARE = 0.8;

/** Node hands them on to the connection. */
type Options = RequestOptions & Pick<TcpSocketConnectOpts, 'autoSelectFamilyAttemptTimeout'>;

export interface Answer {
  status: number;
  /** The beginning of the body. */
  excerpt: string;
}

interface Sending {
  headers: Record<string, string>;
  body: string;
  /** Ends it. */
  signal: AbortSignal;
  /** Milliseconds until that does. */
  left: number;
}

/**
 * Sends a POST to one of these addresses, whatever the host of the URL means to anybody else by now: a name server that
 * answered with a public address first cannot lead the connection elsewhere (DNS rebinding). TLS still asks for the
 * host's certificate. Redirects are not followed, and proxies of the environment are not used.
 */
export function post(
  url: URL,
  addresses: readonly string[],
  { headers, body, signal, left }: Sending,
): Promise<Answer> {
  const tried = [
    ...addresses.filter(isIPv4).slice(0, ADDRESSES_OF_A_FAMILY),
    ...addresses.filter(isIPv6).slice(0, ADDRESSES_OF_A_FAMILY),
  ];
  return send(url, body, {
    method: 'POST',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    lookup: always(tried),
    // They are tried one after another: with Node's 250 ms all but the last would be lost to whoever is farther away.
    autoSelectFamilyAttemptTimeout: Math.max(1, Math.floor((left * CONNECTING_SHARE) / tried.length)),
    agent: false,
    signal,
  });
}

/** Settles whatever is answered: an attempt that never ended would keep its place for ever. */
function send(url: URL, body: string, options: Options): Promise<Answer> {
  const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options);
  let interimAnswers = 0;
  return new Promise((resolve, reject) => {
    request
      .once('response', (response) => resolve(read(response)))
      // Unless somebody takes the connection, Node closes it, tells of neither answer nor error, and forgets the signal.
      .once('upgrade', ({ statusCode }, socket) => {
        socket.destroy();
        resolve(withoutBody(statusCode!));
      })
      .on('information', ({ statusCode }) => {
        if (statusCode !== SWITCHING_PROTOCOLS && ++interimAnswers <= MOST_INTERIM_ANSWERS) return;
        resolve(withoutBody(statusCode));
        request.destroy();
      })
      .on('error', reject)
      .once('close', () => reject(new Error('Closed without an answer')))
      .end(body);
  });
}

function withoutBody(status: number): Answer {
  return { status, excerpt: '' };
}

async function read(response: IncomingMessage): Promise<Answer> {
  return { status: response.statusCode!, excerpt: await beginningOf(response) };
}

/** Node asks for all addresses when it is ready to try one after another. */
function always(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIPv4(address) ? 4 : 6 }));
  return (_, options, callback) => {
    if (options.all) callback(null, all);
    else callback(null, all[0]!.address, all[0]!.family);
  };
}

/** As much as is wanted or has come when the time is up; the status alone decides what became of the request. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= EXCERPT_BYTES) break;
    }
  } catch {
    // Broken off.
  }
  // PostgreSQL cannot store NUL characters.
  return Buffer.concat(chunks).subarray(0, EXCERPT_BYTES).toString('utf8').replaceAll('\u0000', '\ufffd');
}
