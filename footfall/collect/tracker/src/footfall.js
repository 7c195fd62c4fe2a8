// The small tracker. Reads the address, the referrer, how far was scrolled and how long the page was looked at; stores nothing but the
// visitor's own opt-out. Size matters more than looks here: at most 1,000 bytes gzipped.
import { start } from './core.js'

start()
