import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../common/auth/caller';
import { RequireScope } from '../common/auth/require-scope.decorator';
import { ApiAnswer } from '../common/http/api-answer.decorator';
import { ApiFailures } from '../common/http/api-failures.decorator';
import { IdParam } from '../common/http/id-param';
import { viewCursorPage, windowOf } from '../common/http/page';
import { ContactNotFound } from '../contacts/contacts.errors';
import { viewAttendee } from './attendee.view';
import { AttendeesService } from './attendees.service';
import { AttendeePageDto, ListContactAttendeesDto } from './dto/list-attendees.dto';

@ApiTags('Contacts')
@Controller('contacts/:contactId/attendees')
export class ContactAttendeesController {
  constructor(private readonly attendees: AttendeesService) {}

  @Get()
  @RequireScope('attendees:read')
  @ApiOperation({
    summary: 'List the attendees of a contact on all events, newest first',
    description: `
An erased contact answers 404; its attendees stay in the lists of their events. What is shown are attendees, barcodes
included, so it is their scope that is needed and not that of contacts. \`total\` is 1,000 at most.`,
  })
  @ApiAnswer(200, AttendeePageDto)
  @ApiFailures(new ContactNotFound())
  async list(
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('contact') contactId: string,
    @Query() query: ListContactAttendeesDto,
  ): Promise<AttendeePageDto> {
    const page = await this.attendees.listOfContact(organizationId, contactId, query.status, windowOf(query));
    return viewCursorPage(page, query, viewAttendee);
  }
}
