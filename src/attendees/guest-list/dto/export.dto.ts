import { PickType } from '@nestjs/swagger';
import { ListAttendeesDto } from '../../dto/list-attendees.dto';

/** The filters of the list that a guest list is asked for by. */
export class ExportQueryDto extends PickType(ListAttendeesDto, ['status', 'ticket_class_id']) {}
