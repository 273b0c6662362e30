// Package rules lists the rules of lint. Each has a folder of its own.
package rules

import (
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	apiversiondeprecated "github.com/helm-otlp/helm-otlp/pkg/lint/rules/api-version-deprecated"
	apiversionremoved "github.com/helm-otlp/helm-otlp/pkg/lint/rules/api-version-removed"
	attributeusedbeforeitisset "github.com/helm-otlp/helm-otlp/pkg/lint/rules/attribute-used-before-it-is-set"
	autoscaledqueueondisk "github.com/helm-otlp/helm-otlp/pkg/lint/rules/autoscaled-queue-on-disk"
	autoscalerboundscrossed "github.com/helm-otlp/helm-otlp/pkg/lint/rules/autoscaler-bounds-crossed"
	autoscalercannotmeasure "github.com/helm-otlp/helm-otlp/pkg/lint/rules/autoscaler-cannot-measure"
	badenvsyntax "github.com/helm-otlp/helm-otlp/pkg/lint/rules/bad-env-syntax"
	bareenvreference "github.com/helm-otlp/helm-otlp/pkg/lint/rules/bare-env-reference"
	batchbeforequeueondisk "github.com/helm-otlp/helm-otlp/pkg/lint/rules/batch-before-queue-on-disk"
	batchedtwice "github.com/helm-otlp/helm-otlp/pkg/lint/rules/batched-twice"
	certificatenotverified "github.com/helm-otlp/helm-otlp/pkg/lint/rules/certificate-not-verified"
	collectedtwice "github.com/helm-otlp/helm-otlp/pkg/lint/rules/collected-twice"
	componentnotindistribution "github.com/helm-otlp/helm-otlp/pkg/lint/rules/component-not-in-distribution"
	configmissing "github.com/helm-otlp/helm-otlp/pkg/lint/rules/config-missing"
	confignotshown "github.com/helm-otlp/helm-otlp/pkg/lint/rules/config-not-shown"
	conflictingkeys "github.com/helm-otlp/helm-otlp/pkg/lint/rules/conflicting-keys"
	connectionlostbeforek8sattributes "github.com/helm-otlp/helm-otlp/pkg/lint/rules/connection-lost-before-k8s-attributes"
	connectorcycle "github.com/helm-otlp/helm-otlp/pkg/lint/rules/connector-cycle"
	connectoronesided "github.com/helm-otlp/helm-otlp/pkg/lint/rules/connector-one-sided"
	connectorsignals "github.com/helm-otlp/helm-otlp/pkg/lint/rules/connector-signals"
	cpulimitoverrequestratio "github.com/helm-otlp/helm-otlp/pkg/lint/rules/cpu-limit-over-request-ratio"
	credentialsintheclear "github.com/helm-otlp/helm-otlp/pkg/lint/rules/credentials-in-the-clear"
	dataintheclear "github.com/helm-otlp/helm-otlp/pkg/lint/rules/data-in-the-clear"
	datatolog "github.com/helm-otlp/helm-otlp/pkg/lint/rules/data-to-log"
	debugendpointexposed "github.com/helm-otlp/helm-otlp/pkg/lint/rules/debug-endpoint-exposed"
	deprecatedcomponentname "github.com/helm-otlp/helm-otlp/pkg/lint/rules/deprecated-component-name"
	detectorunavailable "github.com/helm-otlp/helm-otlp/pkg/lint/rules/detector-unavailable"
	duplicatecomponent "github.com/helm-otlp/helm-otlp/pkg/lint/rules/duplicate-component"
	duplicatekey "github.com/helm-otlp/helm-otlp/pkg/lint/rules/duplicate-key"
	durationwithoutunit "github.com/helm-otlp/helm-otlp/pkg/lint/rules/duration-without-unit"
	egressblocksexporter "github.com/helm-otlp/helm-otlp/pkg/lint/rules/egress-blocks-exporter"
	emptypipeline "github.com/helm-otlp/helm-otlp/pkg/lint/rules/empty-pipeline"
	environmentmissing "github.com/helm-otlp/helm-otlp/pkg/lint/rules/environment-missing"
	exporterportnotserved "github.com/helm-otlp/helm-otlp/pkg/lint/rules/exporter-port-not-served"
	exporterservicemissing "github.com/helm-otlp/helm-otlp/pkg/lint/rules/exporter-service-missing"
	exporterspeaksotherprotocol "github.com/helm-otlp/helm-otlp/pkg/lint/rules/exporter-speaks-other-protocol"
	exposedportwithoutreceiver "github.com/helm-otlp/helm-otlp/pkg/lint/rules/exposed-port-without-receiver"
	extensionnotenabled "github.com/helm-otlp/helm-otlp/pkg/lint/rules/extension-not-enabled"
	filenotmounted "github.com/helm-otlp/helm-otlp/pkg/lint/rules/file-not-mounted"
	gatewaynotbalanced "github.com/helm-otlp/helm-otlp/pkg/lint/rules/gateway-not-balanced"
	gatewaysinglereplica "github.com/helm-otlp/helm-otlp/pkg/lint/rules/gateway-single-replica"
	gomemlimitmissing "github.com/helm-otlp/helm-otlp/pkg/lint/rules/gomemlimit-missing"
	gomemlimitovercontainerlimit "github.com/helm-otlp/helm-otlp/pkg/lint/rules/gomemlimit-over-container-limit"
	graceperiodtooshort "github.com/helm-otlp/helm-otlp/pkg/lint/rules/grace-period-too-short"
	healthprobemissing "github.com/helm-otlp/helm-otlp/pkg/lint/rules/health-probe-missing"
	healthprobeunanswered "github.com/helm-otlp/helm-otlp/pkg/lint/rules/health-probe-unanswered"
	hostdetectoringateway "github.com/helm-otlp/helm-otlp/pkg/lint/rules/host-detector-in-gateway"
	hostmetricsingateway "github.com/helm-otlp/helm-otlp/pkg/lint/rules/host-metrics-in-gateway"
	hostmetricsofcontainer "github.com/helm-otlp/helm-otlp/pkg/lint/rules/host-metrics-of-container"
	hostnamespacewithoutneed "github.com/helm-otlp/helm-otlp/pkg/lint/rules/host-namespace-without-need"
	hostnetworkwithoutclusterdns "github.com/helm-otlp/helm-otlp/pkg/lint/rules/host-network-without-cluster-dns"
	hostpathmissing "github.com/helm-otlp/helm-otlp/pkg/lint/rules/host-path-missing"
	hostpathwithoutneed "github.com/helm-otlp/helm-otlp/pkg/lint/rules/host-path-without-need"
	hostpathwritable "github.com/helm-otlp/helm-otlp/pkg/lint/rules/host-path-writable"
	hostportconflict "github.com/helm-otlp/helm-otlp/pkg/lint/rules/host-port-conflict"
	imagenotonregistry "github.com/helm-otlp/helm-otlp/pkg/lint/rules/image-not-on-registry"
	imageversionunknown "github.com/helm-otlp/helm-otlp/pkg/lint/rules/image-version-unknown"
	invalidcomponentid "github.com/helm-otlp/helm-otlp/pkg/lint/rules/invalid-component-id"
	invalidconfig "github.com/helm-otlp/helm-otlp/pkg/lint/rules/invalid-config"
	invalidendpoint "github.com/helm-otlp/helm-otlp/pkg/lint/rules/invalid-endpoint"
	invalidgomemlimit "github.com/helm-otlp/helm-otlp/pkg/lint/rules/invalid-gomemlimit"
	invalidstatement "github.com/helm-otlp/helm-otlp/pkg/lint/rules/invalid-statement"
	invalidtarget "github.com/helm-otlp/helm-otlp/pkg/lint/rules/invalid-target"
	invalidvalue "github.com/helm-otlp/helm-otlp/pkg/lint/rules/invalid-value"
	keynotinversion "github.com/helm-otlp/helm-otlp/pkg/lint/rules/key-not-in-version"
	logleveldebug "github.com/helm-otlp/helm-otlp/pkg/lint/rules/log-level-debug"
	logpositionforgotten "github.com/helm-otlp/helm-otlp/pkg/lint/rules/log-position-forgotten"
	memorylimitovercontainerlimit "github.com/helm-otlp/helm-otlp/pkg/lint/rules/memory-limit-over-container-limit"
	memorylimitoverrequestratio "github.com/helm-otlp/helm-otlp/pkg/lint/rules/memory-limit-over-request-ratio"
	memorylimitermissing "github.com/helm-otlp/helm-otlp/pkg/lint/rules/memory-limiter-missing"
	memorylimiternotfirst "github.com/helm-otlp/helm-otlp/pkg/lint/rules/memory-limiter-not-first"
	missingkey "github.com/helm-otlp/helm-otlp/pkg/lint/rules/missing-key"
	missingservice "github.com/helm-otlp/helm-otlp/pkg/lint/rules/missing-service"
	monitorselectsnothing "github.com/helm-otlp/helm-otlp/pkg/lint/rules/monitor-selects-nothing"
	mountpathtwice "github.com/helm-otlp/helm-otlp/pkg/lint/rules/mount-path-twice"
	namedobjectmissing "github.com/helm-otlp/helm-otlp/pkg/lint/rules/named-object-missing"
	networkpolicyofnode "github.com/helm-otlp/helm-otlp/pkg/lint/rules/network-policy-of-node"
	noantiaffinityorspread "github.com/helm-otlp/helm-otlp/pkg/lint/rules/no-anti-affinity-or-spread"
	nomonitor "github.com/helm-otlp/helm-otlp/pkg/lint/rules/no-monitor"
	objectrefused "github.com/helm-otlp/helm-otlp/pkg/lint/rules/object-refused"
	opentooutside "github.com/helm-otlp/helm-otlp/pkg/lint/rules/open-to-outside"
	ownmetricsoff "github.com/helm-otlp/helm-otlp/pkg/lint/rules/own-metrics-off"
	ownmetricsunreachable "github.com/helm-otlp/helm-otlp/pkg/lint/rules/own-metrics-unreachable"
	poddisruptionbudgetblocksdrain "github.com/helm-otlp/helm-otlp/pkg/lint/rules/pod-disruption-budget-blocks-drain"
	poddisruptionbudgetmissing "github.com/helm-otlp/helm-otlp/pkg/lint/rules/pod-disruption-budget-missing"
	portconflict "github.com/helm-otlp/helm-otlp/pkg/lint/rules/port-conflict"
	porttakeninpod "github.com/helm-otlp/helm-otlp/pkg/lint/rules/port-taken-in-pod"
	privilegedwithoutneed "github.com/helm-otlp/helm-otlp/pkg/lint/rules/privileged-without-need"
	queueondiskgivenup "github.com/helm-otlp/helm-otlp/pkg/lint/rules/queue-on-disk-given-up"
	queueoveritsroom "github.com/helm-otlp/helm-otlp/pkg/lint/rules/queue-over-its-room"
	rbacmissing "github.com/helm-otlp/helm-otlp/pkg/lint/rules/rbac-missing"
	rbacmorethanneeded "github.com/helm-otlp/helm-otlp/pkg/lint/rules/rbac-more-than-needed"
	receiveronloopback "github.com/helm-otlp/helm-otlp/pkg/lint/rules/receiver-on-loopback"
	receiverportnotexposed "github.com/helm-otlp/helm-otlp/pkg/lint/rules/receiver-port-not-exposed"
	removalwithouteffect "github.com/helm-otlp/helm-otlp/pkg/lint/rules/removal-without-effect"
	removedcomponent "github.com/helm-otlp/helm-otlp/pkg/lint/rules/removed-component"
	renamedcomponent "github.com/helm-otlp/helm-otlp/pkg/lint/rules/renamed-component"
	replicasbesideautoscaler "github.com/helm-otlp/helm-otlp/pkg/lint/rules/replicas-beside-autoscaler"
	requestsoverlimits "github.com/helm-otlp/helm-otlp/pkg/lint/rules/requests-over-limits"
	resourcesmissing "github.com/helm-otlp/helm-otlp/pkg/lint/rules/resources-missing"
	resourcestoosmall "github.com/helm-otlp/helm-otlp/pkg/lint/rules/resources-too-small"
	retrydisabled "github.com/helm-otlp/helm-otlp/pkg/lint/rules/retry-disabled"
	rightsfordefaultaccount "github.com/helm-otlp/helm-otlp/pkg/lint/rules/rights-for-default-account"
	rollouttakesallpods "github.com/helm-otlp/helm-otlp/pkg/lint/rules/rollout-takes-all-pods"
	rootwithoutneed "github.com/helm-otlp/helm-otlp/pkg/lint/rules/root-without-need"
	samedatafromeverypod "github.com/helm-otlp/helm-otlp/pkg/lint/rules/same-data-from-every-pod"
	sdkendpointnotserved "github.com/helm-otlp/helm-otlp/pkg/lint/rules/sdk-endpoint-not-served"
	secretinconfig "github.com/helm-otlp/helm-otlp/pkg/lint/rules/secret-in-config"
	secretinenv "github.com/helm-otlp/helm-otlp/pkg/lint/rules/secret-in-env"
	serviceselectsnothing "github.com/helm-otlp/helm-otlp/pkg/lint/rules/service-selects-nothing"
	signalnotsupported "github.com/helm-otlp/helm-otlp/pkg/lint/rules/signal-not-supported"
	spanmetricsaftersampling "github.com/helm-otlp/helm-otlp/pkg/lint/rules/span-metrics-after-sampling"
	stateinmanypods "github.com/helm-otlp/helm-otlp/pkg/lint/rules/state-in-many-pods"
	storagenotmounted "github.com/helm-otlp/helm-otlp/pkg/lint/rules/storage-not-mounted"
	storagenotwritable "github.com/helm-otlp/helm-otlp/pkg/lint/rules/storage-not-writable"
	storagesharedbypods "github.com/helm-otlp/helm-otlp/pkg/lint/rules/storage-shared-by-pods"
	surgeoversharedfiles "github.com/helm-otlp/helm-otlp/pkg/lint/rules/surge-over-shared-files"
	tlsononeside "github.com/helm-otlp/helm-otlp/pkg/lint/rules/tls-on-one-side"
	tokenmissing "github.com/helm-otlp/helm-otlp/pkg/lint/rules/token-missing"
	tokenwithoutneed "github.com/helm-otlp/helm-otlp/pkg/lint/rules/token-without-need"
	tracesinpieces "github.com/helm-otlp/helm-otlp/pkg/lint/rules/traces-in-pieces"
	undefinedcomponent "github.com/helm-otlp/helm-otlp/pkg/lint/rules/undefined-component"
	unknowncomponent "github.com/helm-otlp/helm-otlp/pkg/lint/rules/unknown-component"
	unknownkey "github.com/helm-otlp/helm-otlp/pkg/lint/rules/unknown-key"
	unknownsection "github.com/helm-otlp/helm-otlp/pkg/lint/rules/unknown-section"
	unknownsignal "github.com/helm-otlp/helm-otlp/pkg/lint/rules/unknown-signal"
	unusedcomponent "github.com/helm-otlp/helm-otlp/pkg/lint/rules/unused-component"
	valuewithouteffect "github.com/helm-otlp/helm-otlp/pkg/lint/rules/value-without-effect"
	variableusedbeforeitisset "github.com/helm-otlp/helm-otlp/pkg/lint/rules/variable-used-before-it-is-set"
	volumemissing "github.com/helm-otlp/helm-otlp/pkg/lint/rules/volume-missing"
	wrongclass "github.com/helm-otlp/helm-otlp/pkg/lint/rules/wrong-class"
	wrongtype "github.com/helm-otlp/helm-otlp/pkg/lint/rules/wrong-type"
)

// All are the rules, sorted by name. The slice and the rules are the caller's.
func All() []*lint.Rule {
	return []*lint.Rule{
		apiversiondeprecated.Rule(),
		apiversionremoved.Rule(),
		attributeusedbeforeitisset.Rule(),
		autoscaledqueueondisk.Rule(),
		autoscalerboundscrossed.Rule(),
		autoscalercannotmeasure.Rule(),
		badenvsyntax.Rule(),
		bareenvreference.Rule(),
		batchbeforequeueondisk.Rule(),
		batchedtwice.Rule(),
		certificatenotverified.Rule(),
		collectedtwice.Rule(),
		componentnotindistribution.Rule(),
		configmissing.Rule(),
		confignotshown.Rule(),
		conflictingkeys.Rule(),
		connectionlostbeforek8sattributes.Rule(),
		connectorcycle.Rule(),
		connectoronesided.Rule(),
		connectorsignals.Rule(),
		cpulimitoverrequestratio.Rule(),
		credentialsintheclear.Rule(),
		dataintheclear.Rule(),
		datatolog.Rule(),
		debugendpointexposed.Rule(),
		deprecatedcomponentname.Rule(),
		detectorunavailable.Rule(),
		duplicatecomponent.Rule(),
		duplicatekey.Rule(),
		durationwithoutunit.Rule(),
		egressblocksexporter.Rule(),
		emptypipeline.Rule(),
		environmentmissing.Rule(),
		exporterportnotserved.Rule(),
		exporterservicemissing.Rule(),
		exporterspeaksotherprotocol.Rule(),
		exposedportwithoutreceiver.Rule(),
		extensionnotenabled.Rule(),
		filenotmounted.Rule(),
		gatewaynotbalanced.Rule(),
		gatewaysinglereplica.Rule(),
		gomemlimitmissing.Rule(),
		gomemlimitovercontainerlimit.Rule(),
		graceperiodtooshort.Rule(),
		healthprobemissing.Rule(),
		healthprobeunanswered.Rule(),
		hostdetectoringateway.Rule(),
		hostmetricsingateway.Rule(),
		hostmetricsofcontainer.Rule(),
		hostnamespacewithoutneed.Rule(),
		hostnetworkwithoutclusterdns.Rule(),
		hostpathmissing.Rule(),
		hostpathwithoutneed.Rule(),
		hostpathwritable.Rule(),
		hostportconflict.Rule(),
		imagenotonregistry.Rule(),
		imageversionunknown.Rule(),
		invalidcomponentid.Rule(),
		invalidconfig.Rule(),
		invalidendpoint.Rule(),
		invalidgomemlimit.Rule(),
		invalidstatement.Rule(),
		invalidtarget.Rule(),
		invalidvalue.Rule(),
		keynotinversion.Rule(),
		logleveldebug.Rule(),
		logpositionforgotten.Rule(),
		memorylimitovercontainerlimit.Rule(),
		memorylimitoverrequestratio.Rule(),
		memorylimitermissing.Rule(),
		memorylimiternotfirst.Rule(),
		missingkey.Rule(),
		missingservice.Rule(),
		monitorselectsnothing.Rule(),
		mountpathtwice.Rule(),
		namedobjectmissing.Rule(),
		networkpolicyofnode.Rule(),
		noantiaffinityorspread.Rule(),
		nomonitor.Rule(),
		objectrefused.Rule(),
		opentooutside.Rule(),
		ownmetricsoff.Rule(),
		ownmetricsunreachable.Rule(),
		poddisruptionbudgetblocksdrain.Rule(),
		poddisruptionbudgetmissing.Rule(),
		portconflict.Rule(),
		porttakeninpod.Rule(),
		privilegedwithoutneed.Rule(),
		queueondiskgivenup.Rule(),
		queueoveritsroom.Rule(),
		rbacmissing.Rule(),
		rbacmorethanneeded.Rule(),
		receiveronloopback.Rule(),
		receiverportnotexposed.Rule(),
		removalwithouteffect.Rule(),
		removedcomponent.Rule(),
		renamedcomponent.Rule(),
		replicasbesideautoscaler.Rule(),
		requestsoverlimits.Rule(),
		resourcesmissing.Rule(),
		resourcestoosmall.Rule(),
		retrydisabled.Rule(),
		rightsfordefaultaccount.Rule(),
		rollouttakesallpods.Rule(),
		rootwithoutneed.Rule(),
		samedatafromeverypod.Rule(),
		sdkendpointnotserved.Rule(),
		secretinconfig.Rule(),
		secretinenv.Rule(),
		serviceselectsnothing.Rule(),
		signalnotsupported.Rule(),
		spanmetricsaftersampling.Rule(),
		stateinmanypods.Rule(),
		storagenotmounted.Rule(),
		storagenotwritable.Rule(),
		storagesharedbypods.Rule(),
		surgeoversharedfiles.Rule(),
		tlsononeside.Rule(),
		tokenmissing.Rule(),
		tokenwithoutneed.Rule(),
		tracesinpieces.Rule(),
		undefinedcomponent.Rule(),
		unknowncomponent.Rule(),
		unknownkey.Rule(),
		unknownsection.Rule(),
		unknownsignal.Rule(),
		unusedcomponent.Rule(),
		valuewithouteffect.Rule(),
		variableusedbeforeitisset.Rule(),
		volumemissing.Rule(),
		wrongclass.Rule(),
		wrongtype.Rule(),
	}
}
