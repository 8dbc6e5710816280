import { Controller, Get, type INestApplication } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { Public } from '../../../src/common/auth/require-scope.decorator';
import { ScopeGuard } from '../../../src/common/auth/scope.guard';

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

describe('A route that declares no scope', () => {
  let app: INestApplication;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      controllers: [CarelessController],
      providers: [{ provide: APP_GUARD, useClass: ScopeGuard }],
    }).compile();
    app = module.createNestApplication({ logger: false });
    await app.init();
  });
  afterAll(() => app.close());

  it('answers nobody', async () => {
    const { text } = await request(app.getHttpServer()).get('/forgotten').expect(500);
    expect(text).not.toContain('what nobody may see');
    await request(app.getHttpServer()).get('/public').expect(200, 'for all');
  });
});
