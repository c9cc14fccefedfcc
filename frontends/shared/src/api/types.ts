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
export type CaseNotes = Schemas['CaseNotes']
export type CertificateHolder = Schemas['CertificateHolder']
export type Check = Schemas['Check']
export type Colleague = Schemas['Colleague']
export type Colleagues = Schemas['Colleagues']
export type Consent = Schemas['ConsentRead']
export type Desk = Schemas['Desk']
export type FieldComment = Schemas['FieldComment']
export type FieldSpec = Schemas['FieldSpec']
export type HumanProof = Schemas['HumanProof']
export type Institution = Schemas['InstitutionRead']
export type InstitutionRef = Schemas['InstitutionRef']
export type CaseOpened = Schemas['CaseOpened']
export type CaseStatus = Schemas['CaseStatus']
export type Licence = Schemas['LicenceRead']
export type Me = Schemas['Me']
export type WechatLogin = Schemas['WechatLogin']
export type WechatProgress = Schemas['WechatProgress']
export type NewPassword = Schemas['PasswordResetCompletion']
export type Notice = Schemas['NoticeRead']
export type PasswordReset = Schemas['PasswordResetStarted']
export type OwnPhoto = Schemas['PhotoRead']
export type OwnPractitioner = Schemas['OwnPractitioner']
export type PhotoReview = Schemas['PhotoReview']
export type PhotoReviewPage = Schemas['PhotoReviewPage']
export type Practice = Schemas['PracticeRead']
export type Practitioner = Schemas['RegistryPractitioner']
export type PractitionerFound = Schemas['PractitionerFound']
export type Presentation = Schemas['Presentation']
export type Registration = Schemas['RegistrationRead']
export type RegistrationPhotos = Schemas['RegistrationPhotos']
export type SecondFactor = Schemas['SecondFactor']
export type Status = Application['status']
/** Who started an application. */
export type Filer = Application['filer']
export type Setting = Schemas['SettingRead']
export type SettingPeriod = Schemas['SettingPeriod']
export type Settings = Schemas['Settings']
export type StepSpec = Schemas['StepSpec']
export type Summary = Schemas['Summary']
export type TimelineStep = Schemas['TimelineStep']

/** What an applicant fills in; its shape follows the fields that the service describes. */
export type Payload = Record<string, unknown>

export type HumanPurpose = Schemas['ProofPurpose']['purpose']

/** One way to prove who is there, as it is sent. */
export interface FactorProof {
  method: FactorMethod
  code?: string
  password?: string
  assertion?: Record<string, unknown>
}
/** At a sign-in the password has been given already. */
export type SecondFactorProof = FactorProof & { method: Exclude<FactorMethod, 'password'> }
export type FactorMethod = 'password' | 'sms' | 'totp' | 'passkey'
export type Announcement = Schemas['AnnouncementRead']
export type PublicRegistration = Schemas['PublicRegistration']
export type LicenceVerified = Schemas['LicenceVerified']
export type PublicRegistrations = Schemas['PublicRegistrations']
