// Starts the files of test/ before the unit tests: they start programs and take up to a minute each. One that started last would
// keep one core busy while the others have nothing left to do.
import { BaseSequencer, type TestSpecification } from 'vitest/node'

export default class ProgramsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const startsPrograms = ({ moduleId }: TestSpecification): boolean => moduleId.includes('/test/')
    return [...sorted.filter(startsPrograms), ...sorted.filter((file) => !startsPrograms(file))]
  }
}
