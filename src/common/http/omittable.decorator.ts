import { ValidateIf } from 'class-validator';

/** For a field that may be left out but not be null; `IsOptional` lets null through too. */
export function Omittable(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}
