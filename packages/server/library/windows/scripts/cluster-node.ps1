# Suspends this node of a failover cluster and moves its roles away before patching, resumes it, or tells its state.
# Facts: clusterNode (Up, Paused and so on).
# Exit codes: 0 done, 1 it failed, 2 a parameter is wrong, 3 this endpoint is not a node of a cluster.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Publish-Fact([string] $Name, [string] $Value) {
    if ([string]::IsNullOrEmpty($env:PATCHBAY_FACTS)) { return }
    # This method writes UTF-8 without a byte order mark.
    [System.IO.File]::AppendAllText($env:PATCHBAY_FACTS, $Name + '=' + ($Value -replace '[\r\n]+', ' ') + "`n")
}

function Stop-Script([int] $Code, [string] $Message) {
    [Console]::Error.WriteLine($Message)
    exit $Code
}

$action = [string] $env:PATCHBAY_ACTION
if (@('status', 'suspend', 'resume') -notcontains $action) {
    Stop-Script 2 "PATCHBAY_ACTION must be status, suspend or resume, not '$action'"
}
if ($null -eq (Get-Module -ListAvailable -Name 'FailoverClusters')) {
    Stop-Script 3 'the feature Failover Clustering is not installed'
}
Import-Module FailoverClusters
$node = Get-ClusterNode -Name $env:COMPUTERNAME -ErrorAction SilentlyContinue
if ($null -eq $node) { Stop-Script 3 'this endpoint is not a node of a cluster' }

try {
    if ($action -eq 'suspend' -and "$($node.State)" -ne 'Paused') {
        [void] (Suspend-ClusterNode -InputObject $node -Drain -Wait)
    }
    if ($action -eq 'resume' -and "$($node.State)" -eq 'Paused') {
        [void] (Resume-ClusterNode -InputObject $node -Failback Immediate)
    }
}
catch {
    Stop-Script 1 "could not $action the node: $($_.Exception.Message)"
}
$state = "$((Get-ClusterNode -Name $env:COMPUTERNAME).State)"
Publish-Fact 'clusterNode' $state
Write-Output "The node $env:COMPUTERNAME is $state."
if ($action -eq 'suspend' -and $state -ne 'Paused') { Stop-Script 1 'the node is not suspended' }
if ($action -eq 'resume' -and $state -ne 'Up') { Stop-Script 1 'the node is not up' }
exit 0
