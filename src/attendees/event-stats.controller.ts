import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../common/auth/caller';
import { RequireScope } from '../common/auth/require-scope.decorator';
import { ApiAnswer } from '../common/http/api-answer.decorator';
import { ApiFailures } from '../common/http/api-failures.decorator';
import { IdParam } from '../common/http/id-param';
import { EventNotFound } from '../events/events.errors';
import { EventStatsDto } from './dto/event-stats.dto';
import { EventStatsService } from './event-stats.service';

@ApiTags('Events')
@Controller('events/:eventId/stats')
export class EventStatsController {
  constructor(private readonly stats: EventStatsService) {}

  @Get()
  @RequireScope('events:read')
  @ApiOperation({
    summary: 'Count the attendees of an event by status, ticket class and hour of check-in',
    description: `
All counts are of one moment. \`valid\` counts those who are not checked in yet. \`check_ins_over_time\` has the attendees
that are checked in by the hour of their \`checked_in_at\`, so a check-in that was undone counts no more and one that was
scanned offline counts when it was scanned. Hours begin on the hour in UTC; an hour without check-ins is left out, and
of more than 1,000 hours the latest are shown.`,
  })
  @ApiAnswer(200, EventStatsDto)
  @ApiFailures(new EventNotFound())
  get(
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('event') eventId: string,
  ): Promise<EventStatsDto> {
    return this.stats.find(organizationId, eventId);
  }
}
