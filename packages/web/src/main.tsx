// The entry: puts the page into the document.
import { render } from 'preact'
import { App } from './app.tsx'
import { startLanguage } from './language/language.ts'
import './style/tokens.css'
import './style/base.css'
import './style/shell.css'
import './style/parts.css'
import './style/make.css'
import './style/picture.css'
import './style/voice.css'
import './style/options.css'
import './style/takes.css'
import './style/status.css'

await startLanguage()
const root = document.getElementById('page')
if (root !== null) render(<App />, root)
