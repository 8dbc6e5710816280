import type { IncomingMessage, ServerResponse } from 'node:http';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import request from 'supertest';
import { ShapedExpressAdapter } from '../../../src/common/http/express-adapter';

@Controller()
class GreetingController {
  @Get('greeting')
  greet() {
    return { hello: 'world' };
  }
}

@Module({ controllers: [GreetingController] })
class GreetingModule {}

describe('the adapter', () => {
  let app: NestExpressApplication;

  beforeEach(async () => {
    app = await NestFactory.create<NestExpressApplication>(GreetingModule, new ShapedExpressAdapter(), {
      logger: false,
    });
  });

  afterEach(() => app.close());

  it('makes requests and responses whose prototypes Express has no reason to change', async () => {
    const before: unknown[] = [];
    const inside: unknown[] = [];
    app.getHttpServer().prependListener('request', (req: IncomingMessage, res: ServerResponse) => {
      before.push(Object.getPrototypeOf(req), Object.getPrototypeOf(res));
    });
    app.use((req: Request, res: Response, next: NextFunction) => {
      inside.push(Object.getPrototypeOf(req), Object.getPrototypeOf(res));
      next();
    });
    await app.init();

    await request(app.getHttpServer()).get('/greeting').expect(200);

    expect(inside).toHaveLength(2);
    expect(before[0]).toBe(inside[0]);
    expect(before[1]).toBe(inside[1]);
  });

  it('leaves them what Express gives them', async () => {
    app.use((req: Request, res: Response, next: NextFunction) => {
      if (req.path === '/asked') res.status(202).json({ host: req.hostname, accepts: req.accepts('json') });
      else next();
    });
    await app.init();

    const asked = request(app.getHttpServer()).get('/asked').set('Host', 'tickets.example.org');
    const { body } = await asked.expect(202);
    expect(body).toEqual({ host: 'tickets.example.org', accepts: 'json' });
  });
});
