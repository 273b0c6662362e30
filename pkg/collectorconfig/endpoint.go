package collectorconfig

import (
	"errors"
	"net"
	"regexp"
	"strconv"
	"strings"
)

// Address is what an endpoint of a config names, to listen at or to send to.
type Address struct {
	// Text is the endpoint as written.
	Text string
	// Host is in brackets where they are written, and empty for every address. Variables
	// without a default are in it as written, others with their default.
	Host string
	// HostVaries says that the host, or a part of it, comes out of a variable, with a
	// default or without.
	HostVaries bool
	// Port is 0 where the endpoint has none that is known, or leaves the choice to the
	// system. A variable counts as its default.
	Port int64
	// Unknown says that the port comes out of a variable without a default.
	Unknown bool
	// File says that the endpoint is a socket in the file system or an abstract one, which
	// has neither host nor port.
	File bool
	// Fault says why nothing can listen there, and how to write it; empty where nothing is
	// wrong, as far as is known. Whatever comes out of a variable is taken for right.
	Fault string
}

// ParseEndpoint reads host:port.
func ParseEndpoint(text string) Address {
	e := Address{Text: text, File: socketFile.MatchString(text)}
	if e.File {
		return e
	}
	e.Fault = faultOf(text)
	settled := seal(text, true)
	host, port := splitEndpoint(settled)
	e.Host = unseal(host)
	e.HostVaries = strings.Contains(e.Host, "$") || e.Host != text && !strings.HasPrefix(text, e.Host+":")
	e.Unknown = variablePort.MatchString(port) || port == "" && strings.Contains(host, opened)
	if number, known := portNumber(port); known && e.Fault == "" {
		e.Port = number
	}
	return e
}

// ParseTarget is ParseEndpoint for what a component sends to, which may be a URL: the
// scheme and the path are left out.
func ParseTarget(text string) Address {
	address := schemeBefore.ReplaceAllString(unseal(seal(text, true)), "")
	if address != text {
		address, _, _ = strings.Cut(address, "/")
	}
	e := ParseEndpoint(address)
	e.Text = text
	return e
}

// Loopback says that only what shares the network of the Pod, or of the node, reaches it.
func (e Address) Loopback() bool { return loopback.MatchString(e.Host) }

// What Derive and its twin in the chart's templates read an endpoint by.
var (
	loopback   = regexp.MustCompile(`^(\$\{env:[A-Za-z0-9_]+:-)?(localhost|127\.|\[::1\])`)
	socketFile = regexp.MustCompile(`^(unix:|/|@)`)
	lastDigits = regexp.MustCompile(`(^|:-?)[0-9]+\}*$`)
	fixedPort  = regexp.MustCompile(`(^|:)[0-9]+$`)
)

// lastNumber is the number that an endpoint ends with, behind a colon or as the default
// of a variable; 0 when it is not a port's. It is the port of every right endpoint whose
// port is a number, and the one thing that a template can tell of it.
func lastNumber(endpoint string) int64 {
	number, err := strconv.ParseInt(strings.Trim(lastDigits.FindString(endpoint), ":-}"), 10, 64)
	if err != nil || number > highestPort {
		return 0
	}
	return number
}

// fixedNumber is the port of an endpoint, whatever variables are set; 0 where one of them says it.
func fixedNumber(endpoint string) int64 {
	return lastNumber(fixedPort.FindString(endpoint))
}

const highestPort = 65535

var (
	schemeBefore = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:///?`)
	// innermost is a variable that has no other inside of it.
	innermost = regexp.MustCompile(`\$\{[^${}]*\}`)
	// variablePort is a variable, with braces as seal leaves them or without, and digits
	// around it.
	variablePort = regexp.MustCompile(`^[0-9]*(\$[A-Z_][A-Z0-9_]*|\x01.*\x03)[0-9]*$`)
	defaulted    = regexp.MustCompile(`^\$\{env:[A-Za-z_][A-Za-z0-9_]*:-(.*)\}$`)
)

// opened, colon and closed stand for the characters of a variable, so that an address is
// taken apart around it.
const opened, colon, closed = "\x01", "\x02", "\x03"

// They take longer to make than to use, and don't change.
var (
	sealing   = strings.NewReplacer("${", opened, ":", colon, "}", closed) //nolint:gochecknoglobals // See above.
	unsealing = strings.NewReplacer(opened, "${", colon, ":", closed, "}") //nolint:gochecknoglobals // See above.
)

// seal hides the punctuation of the variables in a text. With defaults, a variable that
// has one is replaced by it.
func seal(text string, defaults bool) string {
	for innermost.MatchString(text) {
		text = innermost.ReplaceAllStringFunc(text, func(variable string) string {
			if match := defaulted.FindStringSubmatch(variable); defaults && match != nil {
				return match[1]
			}
			return sealing.Replace(variable)
		})
	}
	return text
}

func unseal(text string) string {
	return unsealing.Replace(text)
}

// splitEndpoint parts an endpoint at the colon before its port. Without one it is all host.
func splitEndpoint(sealed string) (host, port string) {
	at := strings.LastIndex(sealed, ":")
	if at < 0 || strings.Contains(sealed[at:], "]") {
		return sealed, ""
	}
	return sealed[:at], sealed[at+1:]
}

// faultOf says what is wrong with an endpoint; empty where nothing is, as far as is known.
func faultOf(endpoint string) string {
	text := seal(endpoint, false)
	varies := strings.Contains(text, opened)
	if strings.Contains(text, "$") {
		return ""
	}
	_, port, err := net.SplitHostPort(text)
	var broken *net.AddrError
	switch {
	case err != nil && varies && !schemeBefore.MatchString(text):
		return ""
	case err != nil && !strings.Contains(text, ":"):
		return faultWithoutColon(text)
	case errors.As(err, &broken):
		return "is no address (" + broken.Err + "): write HOST:PORT, without a scheme, an IPv6 host in brackets"
	case strings.Contains(port, opened):
		return ""
	case port == "":
		return "has no port: write it after the colon"
	}
	return faultOfPort(port)
}

func faultWithoutColon(text string) string {
	if number, isPort := portNumber(text); isPort && number > 0 {
		return "has no host: write 0.0.0.0:" + text
	}
	return "has no port: write " + text + ":PORT"
}

func faultOfPort(port string) string {
	if _, known := portNumber(port); known {
		return ""
	}
	if _, err := strconv.Atoi(port); err != nil {
		return "has a port that is no number: write one from 1 to 65535"
	}
	return "has a port beyond what there is: write one from 1 to 65535"
}

// portNumber is the number of a port as Go's resolver reads it where the image has no
// /etc/services.
func portNumber(port string) (int64, bool) {
	if number, named := services()[strings.ToLower(port)]; named {
		return number, true
	}
	number, err := strconv.ParseInt(port, 10, 64)
	return number, err == nil && number >= 0 && number <= highestPort
}

// services are the names of ports that Go's net package knows wherever it runs.
func services() map[string]int64 {
	return map[string]int64{
		"domain": 53, "ftp": 21, "ftps": 990, "gopher": 70, "http": 80, "https": 443, "imap2": 143, "imap3": 220,
		"imaps": 993, "pop3": 110, "pop3s": 995, "smtp": 25, "ssh": 22, "submissions": 465, "telnet": 23,
	}
}
