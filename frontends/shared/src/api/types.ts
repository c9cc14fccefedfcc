/** The contract's schemas under short names. */
import type { components } from './contract'

type Schemas = components['schemas']
export type Account = Schemas['Account']
export type Application = Schemas['ApplicationRead']
export type ApplicationOption = Schemas['ApplicationOption']
export type ApplicationPage = Schemas['ApplicationPage']
export type ApplicationSummary = Schemas['ApplicationSummary']
export type ApplicationType = Schemas['ApplicationTypeRead']
export type Attachment = Schemas['AttachmentRead']
export type AvailableAction = Schemas['AvailableAction']
export type Check = Schemas['Check']
export type Desk = Schemas['Desk']
export type FieldComment = Schemas['FieldComment']
export type FieldSpec = Schemas['FieldSpec']
export type Institution = Schemas['InstitutionRead']
export type InstitutionRef = Schemas['InstitutionRef']
export type Me = Schemas['Me']
export type Notice = Schemas['NoticeRead']
export type Registration = Schemas['RegistrationRead']
export type Status = Application['status']
export type StepSpec = Schemas['StepSpec']
export type Summary = Schemas['Summary']
export type TimelineStep = Schemas['TimelineStep']

/** What an applicant fills in; its shape follows the fields that the service describes. */
export type Payload = Record<string, unknown>
