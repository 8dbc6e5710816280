import { Controller, Get, type INestApplication } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { PinoLogger } from 'nestjs-pino';
import request from 'supertest';
import { ApiKeyGuard } from '../../../src/common/auth/api-key.guard';
import { Authenticator } from '../../../src/common/auth/authenticator';
import { Public, RequireScope } from '../../../src/common/auth/require-scope.decorator';
import { ScopeGuard } from '../../../src/common/auth/scope.guard';
import { ErrorFilter } from '../../../src/common/http/error.filter';

@Controller()
class CarelessController {
  @Get('forgotten')
  forgotten(): string {
    return 'what nobody may see';
  }

  @Public()
  @Get('public')
  public(): string {
    return 'for all';
  }
}

@Public()
@Controller('open')
class OpenController {
  @RequireScope('events:write')
  @Get('door')
  door(): string {
    return 'what nobody may see';
  }

  @Get('window')
  window(): string {
    return 'for all';
  }
}

describe('A route', () => {
  let app: INestApplication;

  beforeAll(async () => {
    const caller = { apiKeyId: 'key', organizationId: 'org', scopes: ['events:read'] };
    const module = await Test.createTestingModule({
      controllers: [CarelessController, OpenController],
      providers: [
        { provide: Authenticator, useValue: { authenticate: () => Promise.resolve(caller) } },
        { provide: PinoLogger, useValue: { error: () => undefined } },
        { provide: APP_GUARD, useClass: ApiKeyGuard },
        { provide: APP_GUARD, useClass: ScopeGuard },
        { provide: APP_FILTER, useClass: ErrorFilter },
      ],
    }).compile();
    app = module.createNestApplication({ logger: false });
    await app.init();
  });
  afterAll(() => app.close());

  const get = (path: string) => request(app.getHttpServer()).get(path);

  it('that declares no scope answers nobody', async () => {
    const { text } = await get('/forgotten').set('X-API-KEY', 'a key').expect(500);
    expect(text).not.toContain('what nobody may see');
  });

  it('that is public needs no key', async () => {
    await get('/public').expect(200, 'for all');
    await get('/open/window').expect(200, 'for all');
  });

  it('that declares a scope asks for it, also where its class is open to all', async () => {
    await get('/open/door').expect(401);
    await get('/open/door').set('X-API-KEY', 'a key').expect(403);
  });
});
