import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Event } from './event.entity';
import { EventsController } from './events.controller';
import { EventsRepository } from './events.repository';
import { EventsService } from './events.service';
import { InventoryService } from './inventory.service';
import { RefusedSeats } from './refused-seats';
import { SeatLocks } from './seat-locks';
import { TicketClass } from './ticket-class.entity';
import { TicketClassesController } from './ticket-classes.controller';
import { TicketClassesRepository } from './ticket-classes.repository';
import { TicketClassesService } from './ticket-classes.service';

@Module({
  imports: [TypeOrmModule.forFeature([Event, TicketClass])],
  controllers: [EventsController, TicketClassesController],
  providers: [
    EventsService,
    EventsRepository,
    TicketClassesService,
    TicketClassesRepository,
    InventoryService,
    SeatLocks,
    RefusedSeats,
  ],
  exports: [EventsService, TicketClassesService, InventoryService, RefusedSeats],
})
export class EventsModule {}
