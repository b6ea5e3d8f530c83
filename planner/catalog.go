package planner

import (
	"database/sql"
	"errors"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

// catalog is every plan, step and template as one view of the database has them. It is shared by all who have that view,
// and nobody changes its records.
type catalog struct {
	version   int64
	plans     []*collections.Plan
	steps     map[string][]*collections.PlanStep          // by plan
	templates map[string]*collections.Template            // by id
	languages map[string]map[string]*collections.Template // key -> locale
}

// plansSeenBy gives what app sees, a transaction its own writes too. It is read again only after a write.
func (p *Planner) plansSeenBy(app core.App) (*catalog, error) {
	version, err := collections.PlansVersion(app)
	if errors.Is(err, sql.ErrNoRows) {
		return readCatalog(app)
	}
	if err != nil {
		return nil, err
	}
	if known := p.plans.Load(); known != nil && known.version == version {
		return known, nil
	}
	// The version was read first: what changes in between is found under a version that nobody asks for any more.
	c, err := readCatalog(app)
	if err != nil {
		return nil, err
	}
	c.version = version
	p.plans.Store(c)
	return c, nil
}

func readCatalog(app core.App) (*catalog, error) {
	c := &catalog{
		steps: map[string][]*collections.PlanStep{}, templates: map[string]*collections.Template{},
		languages: map[string]map[string]*collections.Template{},
	}
	var err error
	if c.plans, err = collections.AllPlans(app); err != nil {
		return nil, err
	}
	steps, err := collections.AllSteps(app)
	if err != nil {
		return nil, err
	}
	for _, s := range steps {
		c.steps[s.Plan()] = append(c.steps[s.Plan()], s)
	}
	templates, err := collections.AllTemplates(app)
	if err != nil {
		return nil, err
	}
	for _, t := range templates {
		c.templates[t.Id] = t
		if c.languages[t.Key()] == nil {
			c.languages[t.Key()] = map[string]*collections.Template{}
		}
		c.languages[t.Key()][t.Locale()] = t
	}
	return c, nil
}

// stepsFor gives the steps of the plan that applies to an event; none where its start is not known.
func (c *catalog) stepsFor(event *collections.Event) []*collections.PlanStep {
	if event.PlannedStart().IsZero() {
		return nil
	}
	plan := collections.ChoosePlan(c.plans, event.ReminderPlan(), event.Type())
	if plan == nil {
		return nil
	}
	return c.steps[plan.Id]
}

// template gives a template in a language, else in English, else as it is; nil where there is none.
func (c *catalog) template(id, locale string) *collections.Template {
	own := c.templates[id]
	if own == nil {
		return nil
	}
	if t := inLanguage(c.languages[own.Key()], locale); t != nil {
		return t
	}
	return own
}
