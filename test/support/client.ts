import request from 'supertest';

/** Sends requests to a running Usher with one API key. Paths are below `/api/v1`. */
export class Client {
  constructor(
    private readonly url: string,
    readonly apiKey?: string,
  ) {}

  get(path: string): request.Test {
    return this.send('get', path);
  }

  post(path: string, body?: object, idempotencyKey?: string): request.Test {
    const test = this.send('post', path, body);
    return idempotencyKey === undefined ? test : test.set('Idempotency-Key', idempotencyKey);
  }

  /** Sends a file as the whole body. */
  upload(path: string, csv: string | Buffer, idempotencyKey?: string): request.Test {
    const test = this.send('post', path)
      .type('text/csv')
      .send(csv as string);
    return idempotencyKey === undefined ? test : test.set('Idempotency-Key', idempotencyKey);
  }

  patch(path: string, body: object): request.Test {
    return this.send('patch', path, body);
  }

  delete(path: string): request.Test {
    return this.send('delete', path);
  }

  private send(method: 'get' | 'post' | 'patch' | 'delete', path: string, body?: object): request.Test {
    const test = request(this.url)[method](`/api/v1${path}`);
    if (this.apiKey) test.set('X-API-KEY', this.apiKey);
    return body ? test.send(body) : test;
  }
}
