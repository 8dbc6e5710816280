import { Matches } from 'class-validator';

/**
 * The form of E.164: `+`, country code, number, 15 digits at most. Whether such a number is assigned is not asked:
 * numbering plans change, and the stored text must be what a telephone can dial as it stands.
 */
export function IsPhoneNumber(): PropertyDecorator {
  return Matches(/^\+[1-9]\d{6,14}$/, {
    message: 'must be a phone number in E.164 form like +4915123456789',
  });
}
