import { Inject, Injectable } from '@nestjs/common';
import { ENVIRONMENT, type Environment } from '../config/environment';

/** The addresses that Usher hands out. */
@Injectable()
export class Links {
  constructor(@Inject(ENVIRONMENT) private readonly environment: Environment) {}

  ticketPage(token: string): string {
    return `${this.environment.publicUrl}/t/${token}`;
  }

  calendarFile(token: string): string {
    return `${this.ticketPage(token)}/event.ics`;
  }
}
