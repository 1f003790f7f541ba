// The form of the id of an uploaded file.
export const FILE_ID_PATTERN =
  /^file_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
