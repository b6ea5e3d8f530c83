package webapp

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// The app's modules are many and small, for those who read and change them. A browser gets them packed: whatever js/main.js
// needs, and what most pages share, comes as js/main.js; what only one page needs comes with that page; what some pages share
// is a pack of its own. Every module still exists once, and every pack has the address of the module that it is named after,
// so that the unpacked tree works too.
const (
	mainModule = "js/main.js"
	mainStyles = "css/app.css"
	pageFolder = "js/pages/"
)

// packs are the modules as browsers get them.
type packs struct {
	files  map[string][]byte   // by the path of the module that a pack is named after
	needs  map[string][]string // the packs that a pack imports at once, js/main.js left out
	inside map[string]bool     // the modules that packs hold: nobody asks for them alone
}

// packer makes packs out of a tree.
type packer struct {
	files map[string][]byte
	base  string            // the address of the tree's root
	named map[string]string // the import map: specifier -> path in the tree
	graph map[string]module
	core  map[string]bool // what js/main.js holds
	units map[string]bool // what has a pack of its own
}

// module is what a module imports, as paths in the tree.
type module struct{ now, later []string }

// pack makes the packs of a tree that has js/main.js. The error says which module cannot be read or found.
func pack(files map[string][]byte, base string, importMap map[string]string) (*packs, error) {
	p := &packer{files: files, base: base, named: map[string]string{}, core: map[string]bool{}, units: map[string]bool{}}
	for name, address := range importMap {
		p.named[name] = strings.TrimPrefix(address, "/")
	}
	if err := p.read(); err != nil {
		return nil, err
	}
	p.divide()
	return p.build()
}

// pages gives the paths of the pages' modules, sorted.
func (p *packer) pages() []string {
	var found []string
	for name := range p.files {
		if strings.HasPrefix(name, pageFolder) && path.Ext(name) == ".js" {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found
}

// main gives what every page needs: the module and the styles that name all others, as far as there are such styles.
func (p *packer) main() []string {
	if p.files[mainStyles] == nil {
		return []string{mainModule}
	}
	return []string{mainModule, mainStyles}
}

// read finds out what imports what.
func (p *packer) read() error {
	result := api.Build(p.options(append(p.main(), p.pages()...), p.plugin("read", "", func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: ".*"}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			return p.find(a, false)
		})
	})))
	if err := failure(result.Errors); err != nil {
		return err
	}
	var meta struct {
		Inputs map[string]struct {
			Imports []struct{ Path, Kind string }
		}
	}
	if err := json.Unmarshal([]byte(result.Metafile), &meta); err != nil {
		return fmt.Errorf("read what imports what: %w", err)
	}
	p.graph = map[string]module{}
	for name, input := range meta.Inputs {
		var m module
		for _, i := range input.Imports {
			if i.Kind == "dynamic-import" {
				m.later = append(m.later, inTree(i.Path))
			} else {
				m.now = append(m.now, inTree(i.Path))
			}
		}
		p.graph[inTree(name)] = m
	}
	return nil
}

// inTree takes the namespace from the name that esbuild gives a module.
func inTree(name string) string { return strings.TrimPrefix(name, "tree:") }

// closure gives a module and all that must be there before it can run.
func (p *packer) closure(entry string) []string {
	found := []string{entry}
	for i := 0; i < len(found); i++ {
		for _, name := range p.graph[found[i]].now {
			if !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
	}
	return found
}

// divide says which module goes into which pack. What two thirds of all that is fetched need is there from the start; what fewer share has
// its own pack, as has what is fetched later.
func (p *packer) divide() {
	users := map[string]int{}
	entries := p.pages()
	for _, m := range p.graph {
		entries = append(entries, m.later...)
	}
	for _, name := range p.closure(mainModule) {
		p.core[name] = true
	}
	slices.Sort(entries)
	entries = slices.Compact(entries)
	for _, entry := range entries {
		p.units[entry] = !p.core[entry]
		for _, name := range p.closure(entry) {
			users[name]++
		}
	}
	for name, n := range users {
		switch {
		case p.core[name] || p.units[name]:
		case 3*n >= 2*len(entries):
			for _, needed := range p.closure(name) {
				p.core[needed] = true
			}
		case n > 1:
			p.units[name] = true
		}
	}
	for name := range p.units {
		if p.core[name] || !p.units[name] {
			delete(p.units, name)
		}
	}
}

// find gives the path in the tree that an import means. Only what is in the tree can be imported.
func (p *packer) find(a api.OnResolveArgs, packed bool) (api.OnResolveResult, error) {
	name := a.Path
	switch {
	case a.Kind == api.ResolveEntryPoint:
	case a.Namespace == "core": // what stands in for a module of js/main.js
		return api.OnResolveResult{Path: a.Path, External: true}, nil
	case a.Kind == api.ResolveCSSURLToken:
		return api.OnResolveResult{Path: a.Path, External: true}, nil
	case p.named[a.Path] != "":
		name = p.named[a.Path]
	case strings.HasPrefix(a.Path, "./"), strings.HasPrefix(a.Path, "../"):
		name = path.Join(path.Dir(a.Importer), a.Path)
	default:
		return api.OnResolveResult{}, fmt.Errorf("%s imports %q, which the import map does not name", a.Importer, a.Path)
	}
	if p.files[name] == nil {
		return api.OnResolveResult{}, fmt.Errorf("%s imports %q, but %s is missing", a.Importer, a.Path, name)
	}
	if packed && a.Kind != api.ResolveEntryPoint {
		if p.core[name] && !p.core[a.Importer] {
			return api.OnResolveResult{Path: name, Namespace: "core"}, nil
		}
		if p.units[name] {
			return api.OnResolveResult{Path: p.base + name, External: true}, nil
		}
	}
	return api.OnResolveResult{Path: name, Namespace: "tree"}, nil
}

// build makes js/main.js, and beside it the packs of the others. These come first: js/main.js exports what they import of it.
func (p *packer) build() (*packs, error) {
	made := &packs{files: map[string][]byte{}, needs: map[string][]string{}, inside: map[string]bool{}}
	for name := range p.graph {
		made.inside[name] = true
	}
	offers, err := p.offers()
	if err != nil {
		return nil, err
	}
	units := slices.Sorted(maps.Keys(p.units))
	if err := p.make(made, units, p.plugin("pack", "", func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: ".*"}, func(a api.OnResolveArgs) (api.OnResolveResult, error) { return p.find(a, true) })
		b.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: "core"}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
			var shim strings.Builder
			for _, o := range offers[a.Path] {
				fmt.Fprintf(&shim, "export { %s as %s } from %q;\n", o.alias, o.name, p.base+mainModule)
			}
			contents := shim.String()
			return api.OnLoadResult{Contents: &contents}, nil
		})
	})); err != nil {
		return nil, err
	}
	for _, unit := range units {
		for _, name := range p.closure(unit) {
			if name != unit && p.units[name] {
				made.needs[unit] = append(made.needs[unit], name)
			}
		}
	}
	return made, p.make(made, p.main(), p.plugin("main", p.exports(offers, p.taken(made.files)), func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: ".*"}, func(a api.OnResolveArgs) (api.OnResolveResult, error) { return p.find(a, false) })
	}))
}

// make adds the packs of some entries.
func (p *packer) make(into *packs, entries []string, plugin api.Plugin) error {
	result := api.Build(p.options(entries, plugin))
	for _, file := range result.OutputFiles {
		into.files[strings.TrimPrefix(file.Path, "/")] = file.Contents
	}
	return failure(result.Errors)
}

// offer is an export of a module that js/main.js holds, and its name among all the exports of js/main.js.
type offer struct{ name, alias string }

// offers gives what the modules of js/main.js export.
func (p *packer) offers() (map[string][]offer, error) {
	var core []string
	for _, name := range slices.Sorted(maps.Keys(p.core)) {
		if name != mainModule && path.Ext(name) == ".js" {
			core = append(core, name)
		}
	}
	result := api.Build(p.options(core, p.plugin("exports", "", func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: ".*"}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: a.Path, Namespace: "tree", External: a.Kind != api.ResolveEntryPoint}, nil
		})
	})))
	if err := failure(result.Errors); err != nil {
		return nil, err
	}
	var meta struct {
		Outputs map[string]struct {
			EntryPoint string
			Exports    []string
		}
	}
	if err := json.Unmarshal([]byte(result.Metafile), &meta); err != nil {
		return nil, fmt.Errorf("read what is exported: %w", err)
	}
	found, n := map[string][]offer{}, 0
	for _, name := range slices.Sorted(maps.Keys(meta.Outputs)) {
		out := meta.Outputs[name]
		for _, export := range out.Exports {
			found[inTree(out.EntryPoint)] = append(found[inTree(out.EntryPoint)], offer{name: export, alias: fmt.Sprintf("x%d", n)})
			n++
		}
	}
	return found, nil
}

// taken gives the aliases that packs import. What nobody imports need not be exported, and may be left out altogether.
func (p *packer) taken(files map[string][]byte) map[string]bool {
	imports := regexp.MustCompile(`import\{([^}]*)\}from` + regexp.QuoteMeta(fmt.Sprintf("%q", p.base+mainModule)))
	taken := map[string]bool{}
	for _, body := range files {
		for _, found := range imports.FindAllSubmatch(body, -1) {
			for _, one := range strings.Split(string(found[1]), ",") {
				alias, _, _ := strings.Cut(one, " as ")
				taken[alias] = true
			}
		}
	}
	return taken
}

// exports gives the source that js/main.js exports them by.
func (p *packer) exports(offers map[string][]offer, taken map[string]bool) string {
	var source strings.Builder
	for _, name := range slices.Sorted(maps.Keys(offers)) {
		for _, o := range offers[name] {
			if taken[o.alias] {
				fmt.Fprintf(&source, "export { %s as %s } from %q;\n", o.name, o.alias, relative(name))
			}
		}
	}
	return source.String()
}

// plugin reads modules from the tree, js/main.js with what it is to export.
func (p *packer) plugin(name, exports string, further func(api.PluginBuild)) api.Plugin {
	return api.Plugin{Name: name, Setup: func(b api.PluginBuild) {
		further(b)
		b.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: "tree"}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
			// A pack stands at another address than most of what it holds.
			source := strings.ReplaceAll(string(p.files[a.Path]), "import.meta.url", fmt.Sprintf("(location.origin+%q)", p.base+a.Path))
			if a.Path == mainModule {
				source = exports + source
			}
			loader := api.LoaderJS
			if path.Ext(a.Path) == ".css" {
				loader = api.LoaderCSS
			}
			return api.OnLoadResult{Contents: &source, Loader: loader}, nil
		})
	}}
}

// relative gives how js/main.js names a module of the tree.
func relative(name string) string {
	if inside, ok := strings.CutPrefix(name, "js/"); ok {
		return "./" + inside
	}
	return "../" + name
}

// options are what all builds share. Nothing is written, and the language of the tree is the browsers'.
func (p *packer) options(entries []string, plugin api.Plugin) api.BuildOptions {
	points := make([]api.EntryPoint, len(entries))
	for i, name := range entries {
		points[i] = api.EntryPoint{InputPath: name, OutputPath: strings.TrimSuffix(name, path.Ext(name))}
	}
	return api.BuildOptions{
		EntryPointsAdvanced: points, Outdir: "/", AbsWorkingDir: "/", Write: false, Bundle: true, Metafile: true,
		Format: api.FormatESModule, Target: api.ES2022, Charset: api.CharsetUTF8, LegalComments: api.LegalCommentsNone,
		MinifyWhitespace: true, MinifySyntax: true, MinifyIdentifiers: true, Plugins: []api.Plugin{plugin}, LogLevel: api.LogLevelSilent,
	}
}

// shorten adds our style sheets, and the scripts and words that no pack holds, without what only their readers need.
func shorten(files map[string][]byte, into *packs) error {
	for name, body := range files {
		options := api.TransformOptions{
			Sourcefile: name, Target: api.ES2022, MinifyWhitespace: true, MinifySyntax: true, Charset: api.CharsetUTF8,
			LegalComments: api.LegalCommentsNone, LogLevel: api.LogLevelSilent,
		}
		switch {
		case strings.HasPrefix(name, "css/") && path.Ext(name) == ".css" && !into.inside[name]:
			options.Loader, options.Target = api.LoaderCSS, api.DefaultTarget
		case strings.HasPrefix(name, "js/") && path.Ext(name) == ".js" && !into.inside[name]:
			options.Loader = api.LoaderJS
		default:
			continue
		}
		result := api.Transform(string(body), options)
		if err := failure(append(result.Errors, result.Warnings...)); err != nil {
			return err
		}
		into.files[name] = result.Code
	}
	return nil
}

func failure(messages []api.Message) error {
	var all []error
	for _, m := range messages {
		text := strings.ReplaceAll(m.Text, "tree:", "")
		if m.Location != nil {
			text = fmt.Sprintf("%s:%d: %s", inTree(m.Location.File), m.Location.Line, text)
		}
		all = append(all, errors.New(text))
	}
	return errors.Join(all...)
}
