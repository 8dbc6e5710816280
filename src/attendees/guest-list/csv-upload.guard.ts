import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { BodyTooLarge, UnsupportedMediaType } from '../../common/errors/request.errors';

const MAX_BYTES = 10 * 1024 * 1024;
const UPLOAD = Symbol('upload');

/** A file that the request brought. It is gone when the answer is out. */
export interface Upload {
  path: string;
  /** In hex. */
  sha256: string;
}

type UploadRequest = Request & { [UPLOAD]?: Upload };

/**
 * Takes a CSV body into a temporary file, so that memory does not grow with it, and stands its hash in for the body:
 * that is what makes two requests the same for the idempotency interceptor. A guard, because it must come after the
 * key and the scope are known to be good and before the interceptor.
 */
@Injectable()
export class CsvUploadGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<UploadRequest>();
    const response = context.switchToHttp().getResponse<Response>();
    if (!request.is('text/csv')) throw new UnsupportedMediaType('text/csv');
    const path = join(tmpdir(), `usher-upload-${randomUUID()}.csv`);
    response.once('close', () => void rm(path, { force: true }));
    const sha256 = await receive(request, path).catch(async (error: unknown) => {
      // A client that has left while its key was looked up has closed the response before.
      await rm(path, { force: true });
      throw error;
    });
    request[UPLOAD] = { path, sha256 };
    request.body = { sha256 };
    return true;
  }
}

async function receive(request: Request, path: string): Promise<string> {
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(
    request,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        if (bytes > MAX_BYTES) throw new BodyTooLarge();
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(path, { mode: 0o600 }),
  );
  return hash.digest('hex');
}

/** Injects the file of a route that has the `CsvUploadGuard`. */
export const UploadedCsv = createParamDecorator((_: unknown, context: ExecutionContext): Upload => {
  const upload = context.switchToHttp().getRequest<UploadRequest>()[UPLOAD];
  if (!upload) throw new Error('The route has no CsvUploadGuard');
  return upload;
});
