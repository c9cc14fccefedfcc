import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin, type UserConfig } from 'vite'

const COMPRESSED = /\.(?:js|css|html|svg|json)$/
const SMALLEST_BYTES = 1024

/** Writes `.br` and `.gz` beside every text file that is worth it; the server only picks. */
function siblings(): Plugin {
  let folder = 'dist'
  return {
    name: 'compressed-siblings',
    apply: 'build',
    configResolved: (config) => void (folder = join(config.root, config.build.outDir)),
    async closeBundle() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true })
      for (const entry of entries.filter((one) => one.isFile() && COMPRESSED.test(one.name))) {
        const file = join(entry.parentPath, entry.name)
        const content = await readFile(file)
        if (content.length < SMALLEST_BYTES) continue
        const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }
        await writeFile(`${file}.br`, await promisify(brotliCompress)(content, quality))
        await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }))
      }
    },
  }
}

/** The public portal's service worker, under a name that stays: browsers ask for it again by that. */
function worker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: await readFile('worker/sw.js') })
    },
  }
}

/**
 * The build of one portal; the public one is at the root. Nothing is inlined: the content security policy allows only
 * files of our own.
 */
export function portalConfig(portal: 'doctor' | 'institution' | 'authority' | 'public'): UserConfig {
  return defineConfig({
    base: portal === 'public' ? '/' : `/${portal}/`,
    publicDir: '../shared/public',
    plugins: [vue(), siblings(), portal === 'public' && worker()],
    build: {
      target: ['chrome87', 'safari14', 'firefox88'],
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 900,
    },
    // `npm run dev`: the API of `make run`.
    server: { proxy: { '/api': 'http://127.0.0.1:8000' } },
  })
}
