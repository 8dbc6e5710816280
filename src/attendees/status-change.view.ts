import type { StatusChangeDto } from './dto/status-change.dto';
import type { StatusChange } from './status-change.entity';

export function viewStatusChange(change: StatusChange): StatusChangeDto {
  return {
    id: change.id,
    from: change.from,
    to: change.to,
    at: change.createdAt.toISOString(),
    api_key_id: change.apiKeyId,
    custom_message: change.customMessage,
  };
}
