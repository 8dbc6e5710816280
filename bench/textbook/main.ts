import {
  Body,
  Controller,
  Get,
  Headers,
  Module,
  Param,
  Post,
  UnauthorizedException,
  ValidationPipe,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { CreateAttendeeDto } from '../../src/attendees/dto/create-attendee.dto';
import { ENTITIES } from './entities';
import { TicketsService } from './tickets.service';

const SCHEMA = 'textbook';
/** Tickets for the event that everybody wants, and for each of the others. */
const SOLD = { hot: 5_000, other: 20 };
const { DATABASE_URL, BOOTSTRAP_API_KEY, PORT } = process.env;

@Controller()
class TicketsController {
  constructor(private readonly tickets: TicketsService) {}

  @Post('api/v1/events/:eventId/attendees')
  issue(
    @Param('eventId') eventId: string,
    @Body() dto: CreateAttendeeDto,
    @Headers('x-api-key') apiKey?: string,
    @Headers('idempotency-key') key?: string,
  ): Promise<unknown> {
    if (apiKey === undefined || apiKey !== BOOTSTRAP_API_KEY) throw new UnauthorizedException();
    return this.tickets.issue(eventId, dto, apiKey, key);
  }

  @Get('health/live')
  live() {
    return { status: 'ok' };
  }
}

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: DATABASE_URL,
      schema: SCHEMA,
      entities: ENTITIES,
      synchronize: true,
    }),
  ],
  controllers: [TicketsController],
  providers: [TicketsService],
})
class TextbookModule {}

async function makeSchema(): Promise<void> {
  const database = await new DataSource({ type: 'postgres', url: DATABASE_URL }).initialize();
  await database.query(`CREATE SCHEMA ${SCHEMA}`);
  await database.destroy();
}

/**
 * The events that Usher sells, under the same ids and in tables of its own, and as many tickets as Usher sells to get warm.
 * What counts tickets is slower the more there are.
 */
const COPY = `
  INSERT INTO ${SCHEMA}.event (id, capacity) SELECT id, capacity FROM public.events;
  INSERT INTO ${SCHEMA}.ticket_class (id, "eventId", name, "quantityTotal")
  SELECT id, event_id, name, quantity_total FROM public.ticket_classes;
  WITH buyer AS (INSERT INTO ${SCHEMA}.contact (email) VALUES ('everybody@example.org') RETURNING id),
  sale AS (
    SELECT c.id, e.id AS event, CASE WHEN e.id = min(e.id) OVER () THEN ${SOLD.hot} ELSE ${SOLD.other} END AS sold
    FROM ${SCHEMA}.ticket_class c JOIN ${SCHEMA}.event e ON c."eventId" = e.id WHERE e.capacity > 1
  )
  INSERT INTO ${SCHEMA}.ticket ("eventId", "ticketClassId", "contactId", "paymentId", barcode)
  SELECT sale.event, sale.id, buyer.id, 'payment of ' || sale.id || n, sale.id || n
  FROM buyer, sale, generate_series(1, sold) n`;

async function startTextbook(): Promise<void> {
  await makeSchema();
  const app = await NestFactory.create(TextbookModule, { logger: ['error'] });
  app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true }));
  app.enableShutdownHooks();
  await app.get(DataSource).query(COPY);
  await app.listen(Number(PORT), '127.0.0.1');
}

void startTextbook();
