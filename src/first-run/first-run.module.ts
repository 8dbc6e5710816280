import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module';
import { FirstRun } from './first-run';

@Module({ imports: [EventsModule], providers: [FirstRun] })
export class FirstRunModule {}
