import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { BadRequest, BodyTooLarge, UnsupportedMediaType } from '../../common/errors/request.errors';

const MAX_BYTES = 10 * 1024 * 1024;
const UPLOAD = Symbol('upload');

/** What Node calls it when a client goes before its request is complete. */
const CUT_OFF = ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'];

/** A guest list that is open for reading. */
export interface GuestListFile {
  handle: FileHandle;
  /** In hex. */
  sha256: string;
}

/** A file that the request brought. It is gone when the answer is out, or when the process is. */
export class Upload implements GuestListFile {
  private inUse = false;
  private discarded = false;

  constructor(
    readonly handle: FileHandle,
    readonly sha256: string,
  ) {}

  /** The file stays until `work` is done, also when nobody waits for the answer any more. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.inUse = true;
    try {
      return await work();
    } finally {
      this.inUse = false;
      if (this.discarded) await this.handle.close();
    }
  }

  async discard(): Promise<void> {
    this.discarded = true;
    if (!this.inUse) await this.handle.close();
  }
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
    const upload = await receive(request);
    finished(response, () => void upload.discard());
    request[UPLOAD] = upload;
    request.body = { sha256: upload.sha256 };
    return true;
  }
}

async function receive(request: Request): Promise<Upload> {
  const handle = await openUnnamed();
  try {
    return new Upload(handle, await writeTo(handle, request));
  } catch (error) {
    await handle.close();
    if (CUT_OFF.includes((error as NodeJS.ErrnoException).code ?? '')) throw new BadRequest();
    throw error;
  }
}

/** A file without a name is gone when it is closed, however its process ends. */
async function openUnnamed(): Promise<FileHandle> {
  const path = join(tmpdir(), `usher-upload-${randomUUID()}.csv`);
  const handle = await open(path, 'wx+', 0o600);
  await rm(path);
  return handle;
}

async function writeTo(handle: FileHandle, request: Request): Promise<string> {
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(request, async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) throw new BodyTooLarge();
      hash.update(chunk);
      await handle.writeFile(chunk);
    }
  });
  return hash.digest('hex');
}

/** Injects the file of a route that has the `CsvUploadGuard`. */
export const UploadedCsv = createParamDecorator((_: unknown, context: ExecutionContext): Upload => {
  const upload = context.switchToHttp().getRequest<UploadRequest>()[UPLOAD];
  if (!upload) throw new Error('The route has no CsvUploadGuard');
  return upload;
});
